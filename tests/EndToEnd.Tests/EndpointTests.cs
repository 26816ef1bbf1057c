using System.Globalization;
using LocalCluster.Dependencies;
using LocalCluster.Hosting;
using LocalCluster.Hosting.Todo;
using static LocalCluster.Hosting.Todo.Destination;

namespace EndToEnd.Tests;

/// <summary>
/// Another Kafka cluster is another broker: under load everything moves there with kubectl, is drained on the old one, and moves back; and when the new one dies in mid-move,
/// everything is brought back to the old one, which the spec no longer names. Long: `make test-long` runs it.
/// </summary>
[TestCaseOrderer(typeof(DeclarationOrder))]
public sealed class EndpointTests(PlatformFixture fixture) : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);
    private static readonly string[] Topics =
    [
        "task-events:4", "task-reminders:4", "task-recurrence:4",
        "task-events-dlq.notification-service:1", "task-events-dlq.email-delivery-service:1", "task-events-dlq.recurring-task-service:1",
    ];

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"todo-e2e-second-kafka-{Environment.ProcessId}");
    private Daemon? _second;

    private TodoCluster Cluster => fixture.Cluster;

    private Endpoint First => Cluster.Addresses.Kafka;

    private Endpoint Second => new(First.Host[..^1] + "9", 9092);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        _second = await Daemon.StartAsync(
            new DaemonSpec
            {
                Name = "second Kafka",
                Program = Checkout.Find().Program("tests/LocalCluster/Kafka", "LocalCluster.Kafka"),
                Arguments = ["--listen", Second.ToString(), "--data", Path.Combine(_folder, "log"), .. Topics.SelectMany(t => new[] { "--topic", t })],
                Folder = _folder,
                LogFile = Path.Combine(_folder, "kafka.log"),
                Endpoints = [Second],
            },
            Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        if (_second is not null)
        {
            await _second.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact(Explicit = true)]
    public async Task From_one_Kafka_to_another_and_back()
    {
        var before = await Cluster.ReadLedgerAsync(TimeSpan.FromSeconds(1), Cancelled);
        var account = await UnderLoad.RunAsync(Cluster, DaprKafka, "kafka-to-kafka", async mover =>
        {
            await BrokersAsync(Second);
            await mover.FollowAsync("the move to the second Kafka", Deadline, progress: null, Cancelled);
            var there = await SecondsAsync();
            Assert.Matches("^dapr-kafka-[0-9a-f]{8}$", await StatusAsync("{.status.move.target}"));
            Assert.Equal(Second.ToString(), await StatusAsync("{.status.transports[?(@.state==\"Target\")].endpoint}"));
            await AssertGoesAsync("todo-kafka-[0-9a-f]{8}-", Second);

            await BrokersAsync(First);
            await mover.FollowAsync("the way back", Deadline, progress: null, Cancelled);
            Assert.Equal("dapr-kafka", await StatusAsync("{.status.move.target}"));
            await AssertGoesAsync("todo-kafka-", First);
            Console.WriteLine($"Kafka A to B {there} s, B to A {await SecondsAsync()} s");
        });
        var after = await Cluster.ReadLedgerAsync(TimeSpan.FromSeconds(1), Cancelled);
        Assert.Equal((0, 0), (after.Replayed - before.Replayed, after.Dead - before.Dead));
        Console.WriteLine($"{account.Acknowledged} operations, {after.Suppressed - before.Suppressed} suppressed");
    }

    [Fact(Explicit = true)]
    public Task The_new_Kafka_dies_and_the_old_one_is_gone_back_to() => UnderLoad.RunAsync(Cluster, DaprKafka, "new-kafka-dies", async mover =>
    {
        await BrokersAsync(Second);
        await Cluster.WatchPlatformAsync("two publishers on the second Kafka", v => v.Stage == "Publishers" && v.Progress.StartsWith('2'), Deadline, Cancelled);
        await _second!.DisposeAsync();
        _second = null;
        await Cluster.WatchPlatformAsync("the way back", v => v.Is("RolledBack"), Deadline, Cancelled);
        Assert.Equal("dapr-kafka", await StatusAsync("{.status.move.target}"));
        await AssertGoesAsync("todo-kafka-", First);
        await new PlatformAsked(Cluster, Deadline).AssertRolledBackAsync("AnalysisFailed", "ComponentNotLoaded");

        await BrokersAsync(First);
        await mover.FollowAsync("the end", Deadline, progress: null, Cancelled);
    });

    private Task<string> BrokersAsync(Endpoint kafka) => Cluster.Kubectl.RunAsync(
        Cancelled, "patch", "todoplatform", TodoCluster.Platform, "--type", "merge", "--patch", $$$"""{"spec":{"kafka":{"brokers":["{{{kafka}}}"]} } }""");

    private Task<string> StatusAsync(string path) => Cluster.Kubectl.RunAsync(Cancelled, "get", "todoplatform", TodoCluster.Platform, "-o", $"jsonpath={path}");

    private async Task<string> SecondsAsync() =>
        double.Parse((await StatusAsync("{.status.history[*].seconds}")).Split(' ')[^1], CultureInfo.InvariantCulture).ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>Every publisher is given a Component of that name, and every Kafka Component that exists leads there.</summary>
    private async Task AssertGoesAsync(string component, Endpoint kafka)
    {
        var names = await Cluster.Kubectl.RunAsync(Cancelled, "get", "deploy", "-o", "jsonpath={.items[*].spec.template.spec.containers[0].env[?(@.name==\"PUBSUB_NAME\")].value}");
        Assert.All(names.Split(' '), n => Assert.Matches($"^{component}[a-z]", n));
        var brokers = await Cluster.Kubectl.RunAsync(Cancelled, "get", "components", "-o", "jsonpath={.items[?(@.spec.type==\"pubsub.kafka\")].spec.metadata[?(@.name==\"brokers\")].value}");
        Assert.Equal([kafka.ToString()], brokers.Split(' ').Distinct());
    }
}
