using System.Globalization;
using LocalCluster.Hosting;
using LocalCluster.Hosting.Todo;

[assembly: AssemblyFixture(typeof(EndToEnd.Tests.PlatformFixture))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: TestCollectionOrderer(typeof(EndToEnd.Tests.JourneyOrder))]

namespace EndToEnd.Tests;

/// <summary>One local cluster with the services, the operator and a TodoPlatform for all tests of this program.</summary>
public sealed class PlatformFixture : IAsyncLifetime, IStepReporter
{
    // CLUSTER_BLOCK lets two runs go on side by side: each has its own 127.N.0.0/16.
    private static readonly int Block = int.Parse(Environment.GetEnvironmentVariable("CLUSTER_BLOCK") ?? "41", CultureInfo.InvariantCulture);

    /// <summary>
    /// The gates stay as they are; only the time for which nothing may happen is shorter than a person would want it. A machine that stands still for some seconds is not
    /// the transport's fault: latency alone ends a move only where a test is about it.
    /// </summary>
    public const string Usual = """
        {"spec":{"rollout":{"soak":"500ms","stepTimeout":null,"analysis":{"interval":null,"failureLimit":null,"minLatencyIncrease":"10s"}},"drain":{"publishTimeout":"2s","hold":"1s"}}}
        """;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"todo-e2e-{Environment.ProcessId}");
    private TodoCluster? _cluster;

    public TodoCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster did not start.");

    public async ValueTask InitializeAsync()
    {
        _cluster = await TodoCluster.StartAsync(
            new ClusterOptions { DataFolder = _folder, Addresses = new ClusterAddresses(Block) }, this, CancellationToken.None);
        await ApplyAsync(Destination.DirectKafka);
        await new Mover(_cluster).FollowAsync("direct Kafka", TimeSpan.FromMinutes(2), progress: null, CancellationToken.None);
    }

    /// <summary>Applies a sample with the usual waits.</summary>
    public async Task ApplyAsync(Destination destination, string sample = "todoplatform.yaml")
    {
        await Cluster.ApplySampleAsync(destination, CancellationToken.None, sample);
        await Cluster.Kubectl.RunAsync(
            CancellationToken.None, "patch", "todoplatform", TodoCluster.Platform, "--type", "merge", "--patch", Usual);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        if (Environment.GetEnvironmentVariable("KEEP_DATA") is null && Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    public async Task StepAsync(string name, Func<Task<string>> work) => Console.WriteLine($"{name}: {await work()}");
}
