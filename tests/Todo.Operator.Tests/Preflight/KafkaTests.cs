using System.Net.Sockets;
using System.Text.Json.Nodes;
using Todo.Operator.Preflight;
using Todo.Operator.Tests.Cluster;

namespace Todo.Operator.Tests.Preflight;

public sealed class KafkaTests(TestBackends backends)
{
    [Fact]
    public async Task Nobody_listens()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var nobody = $"{TestBackends.NextAddress()}:9092";
        world.Spec["kafka"]!["brokers"] = new JsonArray(nobody);
        Assert.Equal(
            [
                $"broker/{nobody} Failed: {nobody} does not accept connections (ConnectionRefused). Is kafka running, and may the operator's pod reach it?",
                "kafka-topics Unknown: No broker could be asked (see broker).",
                "consumer-group Unknown: No broker could be asked (see broker).",
            ],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task No_address_at_all()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var spec = (await world.ApplyPlatformAsync()).Spec;
        var results = await world.CheckAsync(spec with { Kafka = spec.Kafka with { Brokers = [] } });
        Assert.Contains(CheckResult.Failed("broker/kafka", "spec.kafka.brokers names no address."), results);
    }

    [Fact]
    public async Task One_broker_of_two_is_away()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var nobody = $"{TestBackends.NextAddress()}:9092";
        world.Spec["kafka"]!["brokers"] = new JsonArray(nobody, (await backends.KafkaAsync()).BootstrapServers);
        Assert.Equal(
            [$"broker/{nobody} Warning: {nobody} does not accept connections (ConnectionRefused). Another broker of the list answers."],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task Silent_brokers_before_one_that_lives_cost_no_more_than_one_of_them()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var silent = Enumerable.Range(0, 4).Select(_ => new TcpListener(TestBackends.NextAddress(), 9092)).ToList();
        silent.ForEach(s => s.Start());
        var addresses = silent.Select(s => s.LocalEndpoint.ToString()!).ToList();
        world.Spec["kafka"]!["brokers"] = new JsonArray([.. addresses.Append((await backends.KafkaAsync()).BootstrapServers).Select(a => (JsonNode)a)]);
        var complaints = await world.ComplaintsAsync();
        silent.ForEach(s => s.Dispose());
        Assert.Equal(addresses.Select(a => $"broker/{a} Warning: {a} accepts connections, but does not answer within 3 s. Another broker of the list answers."), complaints);
    }

    [Theory]
    [InlineData("kafka-1")]
    [InlineData("SASL_SSL://kafka:9092")]
    public async Task An_address_that_is_none(string address)
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Spec["kafka"]!["brokers"] = new JsonArray(address);
        Assert.Contains(
            $"broker/{address} Failed: \"{address}\" is not host:port. Is kafka running, and may the operator's pod reach it?",
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task Something_that_accepts_and_says_nothing()
    {
        await using var broker = await backends.StartKafkaAsync(TestBackends.TopicsWithout());
        broker.Faults.Hang();
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Spec["kafka"]!["brokers"] = new JsonArray(broker.BootstrapServers);
        var complaints = await world.ComplaintsAsync();
        broker.Faults.Resume();
        Assert.Contains(
            $"broker/{broker.BootstrapServers} Failed: {broker.BootstrapServers} accepts connections, but does not answer within 3 s. "
            + "Does this listener expect TLS or a login? See spec.kafka.tls and spec.kafka.auth.",
            complaints);
    }

    [Fact]
    public async Task Something_else_than_Kafka()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Spec["kafka"]!["brokers"] = new JsonArray(backends.RedisEndpoint.ToString());
        Assert.Contains(
            $"broker/{backends.RedisEndpoint} Failed: {backends.RedisEndpoint} accepts connections, but does not answer within 3 s. "
            + "Does this listener expect TLS or a login? See spec.kafka.tls and spec.kafka.auth.",
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task The_name_that_the_cluster_gives_its_clients_is_one_that_they_cannot_use()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var broker = await backends.KafkaAsync();
        await using var front = new AuthenticatingKafka(broker.EndPoint) { Mechanisms = ["PLAIN"] };
        KafkaLoginTests.LogIn(world, front, "PLAIN", "todo", "right");
        string[] groups = ["recurring-task-service-group", "email-delivery-consumer-group", "notification-service-group"];
        var away = $"{broker.BootstrapServers} accepts connections, but closed this one.";
        Assert.Equal(
            [
                $"kafka-advertised/1 Failed: The cluster tells its clients that broker 1 is {broker.BootstrapServers}. {away} Mend advertised.listeners, or make that address reachable from the pods.",
                .. groups.Select(g => $"consumer-group/{g} Unknown: {away} The cluster gives its clients this address (see kafka-advertised)."),
            ],
            await world.ComplaintsAsync());

        // A name of a finding, though of no check.
        world.Skip = "kafka-advertised,consumer-group";
        Assert.Equal(
            [
                "kafka-advertised/1 Skipped: Left out by annotation platform.todo.io/skip-checks.",
                "consumer-group Skipped: Left out by annotation platform.todo.io/skip-checks.",
            ],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_topic_that_does_not_exist()
    {
        await using var broker = await backends.StartKafkaAsync(TestBackends.TopicsWithout("task-reminders"));
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Spec["kafka"]!["brokers"] = new JsonArray(broker.BootstrapServers);
        Assert.Equal(
            [
                "kafka-topics/task-reminders Failed: Topic task-reminders does not exist. The services make it at their start; or: kafka-topics.sh --create --topic task-reminders",
            ],
            await world.ComplaintsAsync());
        Assert.DoesNotContain(broker.Topics(), t => t.Name == "task-reminders");
    }

    [Fact]
    public async Task A_Kafka_that_does_not_say_which_one_it_is()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var broker = await backends.KafkaAsync();
        await using var front = new AuthenticatingKafka(broker.EndPoint) { Alter = (key, answer) => key == 3 ? WithoutClusterId(answer) : answer };
        world.Spec["kafka"]!["brokers"] = new JsonArray(front.Address);
        world.Present = broker.BootstrapServers;
        Assert.Equal(
            [
                $"endpoint/kafka Warning: Whether spec.kafka.brokers leads to another broker than {broker.BootstrapServers} could not be asked (one of them tells no cluster id). "
                + "What is open there is sent again over the new one.",
            ],
            await world.ComplaintsAsync());
    }

    /// <summary>Metadata: throttle time, nodes (one here: id, host, port, rack), cluster id.</summary>
    private static byte[] WithoutClusterId(byte[] answer)
    {
        int Length(int at) => Math.Max((short)0, System.Buffers.Binary.BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(at)));
        var rack = 16 + sizeof(short) + Length(16) + sizeof(int);
        var id = rack + sizeof(short) + Length(rack);
        return [.. answer[..id], 255, 255, .. answer[(id + sizeof(short) + Length(id))..]];
    }
}
