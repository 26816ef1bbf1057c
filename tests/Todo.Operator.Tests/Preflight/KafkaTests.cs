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
    public async Task One_broker_of_two_is_away()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var nobody = $"{TestBackends.NextAddress()}:9092";
        world.Spec["kafka"]!["brokers"] = new JsonArray(nobody, (await backends.KafkaAsync()).BootstrapServers);
        Assert.Equal(
            [$"broker/{nobody} Warning: {nobody} does not accept connections (ConnectionRefused). Another broker of the list answers."],
            await world.ComplaintsAsync());
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
    public async Task A_login_is_expected_and_none_is_given()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await using var front = new AuthenticatingKafka((await backends.KafkaAsync()).EndPoint) { Mechanisms = ["PLAIN"] };
        world.Spec["kafka"]!["brokers"] = new JsonArray(front.Address);
        Assert.Contains(
            $"broker/{front.Address} Failed: {front.Address} accepts connections, but closed this one. Does this listener expect TLS or a login? See spec.kafka.tls and spec.kafka.auth.",
            await world.ComplaintsAsync());
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512")]
    public async Task A_login_is_tried_as_Dapr_will(string mechanism)
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await using var front = new AuthenticatingKafka((await backends.KafkaAsync()).EndPoint) { Mechanisms = [mechanism], User = "a,b=c" };
        LogIn(world, front, mechanism, "a,b=c", "right");
        Assert.Contains(CheckResult.Passed($"broker/{front.Address}", "kafka answers."), await world.CheckAsync());

        LogIn(world, front, mechanism, "a,b=c", "wrong");
        Assert.Contains(
            $"broker/{front.Address} Failed: {front.Address} refuses the login: Authentication failed: invalid credentials. "
            + "Compare spec.kafka.tls, spec.kafka.mechanism and the user in Secret kafka-user with the broker's listener.",
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_mechanism_that_the_broker_does_not_offer()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await using var front = new AuthenticatingKafka((await backends.KafkaAsync()).EndPoint) { Mechanisms = ["PLAIN", "SCRAM-SHA-512"] };
        LogIn(world, front, "SCRAM-SHA-256", "todo", "right");
        Assert.Contains(
            $"broker/{front.Address} Failed: {front.Address} offers PLAIN, SCRAM-SHA-512, not SCRAM-SHA-256. "
            + "Compare spec.kafka.tls, spec.kafka.mechanism and the user in Secret kafka-user with the broker's listener.",
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task TLS_is_tried_with_the_authority_that_is_given()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var address = TestBackends.NextAddress();
        await using var front = new AuthenticatingKafka((await backends.KafkaAsync()).EndPoint, address)
        {
            Certificate = AuthenticatingKafka.CertificateFor(address), Mechanisms = ["PLAIN"],
        };
        LogIn(world, front, "PLAIN", "todo", "right");
        world.Spec["kafka"]!["tls"] = true;
        Assert.Contains(
            await world.ComplaintsAsync(),
            c => c.StartsWith($"broker/{front.Address} Failed: TLS with {front.Address} failed: ", StringComparison.Ordinal)
                && c.EndsWith("Compare spec.kafka.tls and spec.kafka.caCert with the broker's listener.", StringComparison.Ordinal));

        world.Secret("kafka-ca", "ca.crt", front.Certificate.ExportCertificatePem());
        world.Spec["kafka"]!["caCert"] = new JsonObject { ["name"] = "kafka-ca", ["key"] = "ca.crt" };
        Assert.Contains(CheckResult.Passed($"broker/{front.Address}", "kafka answers."), await world.CheckAsync());
    }

    [Fact]
    public async Task The_name_that_the_cluster_gives_its_clients_is_one_that_they_cannot_use()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var broker = await backends.KafkaAsync();
        await using var front = new AuthenticatingKafka(broker.EndPoint) { Mechanisms = ["PLAIN"] };
        LogIn(world, front, "PLAIN", "todo", "right");
        Assert.Contains(
            $"kafka-advertised/1 Failed: The cluster tells its clients that broker 1 is {broker.BootstrapServers}. {broker.BootstrapServers} accepts connections, but closed this one. "
            + "Mend advertised.listeners, or make that address reachable from the pods.",
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
    public async Task A_group_without_offsets_on_a_topic_that_is_not_empty()
    {
        await using var broker = await backends.StartKafkaAsync(TestBackends.TopicsWithout());
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Spec["kafka"]!["brokers"] = new JsonArray(broker.BootstrapServers);
        await KafkaRecords.ProduceAsync(broker, "task-recurrence", partition: 0, DateTimeOffset.UtcNow.AddHours(-3), count: 2);
        Assert.Equal(
            [
                "consumer-group/recurring-task-service-group Failed: Group recurring-task-service-group has no committed offsets on task-recurrence, which holds 2 events, the oldest 3 hours old. "
                + "If the service's own client has another group, name it in spec.kafka.consumerGroups.recurringTask; else set spec.kafka.initialOffset: oldest handles them all, newest none.",
            ],
            await world.ComplaintsAsync());

        // Somebody has decided.
        world.Spec["kafka"]!["initialOffset"] = "oldest";
        Assert.Equal(
            [
                "consumer-group/recurring-task-service-group Warning: Group recurring-task-service-group has no committed offsets on task-recurrence (2 events, the oldest 3 hours old); "
                + "spec.kafka.initialOffset: oldest decides about them.",
            ],
            await world.ComplaintsAsync());

        // Or the group has come somewhere.
        world.Spec["kafka"]!.AsObject().Remove("initialOffset");
        await KafkaRecords.CommitAsync(broker, "recurring-task-service-group", "task-recurrence", partition: 0, offset: 2);
        Assert.Empty(await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_group_that_has_only_just_begun_is_waited_for()
    {
        await using var broker = await backends.StartKafkaAsync(TestBackends.TopicsWithout());
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Spec["kafka"]!["brokers"] = new JsonArray(broker.BootstrapServers);
        await KafkaRecords.ProduceAsync(broker, "task-events", partition: 2, DateTimeOffset.UtcNow.AddSeconds(5), count: 1);
        Assert.Equal(
            ["consumer-group/notification-service-group Unknown: Group notification-service-group has not committed an offset on task-events yet (1 event, the oldest less than 2 minutes old)."],
            await world.ComplaintsAsync());
    }

    private static void LogIn(PreflightWorld world, AuthenticatingKafka front, string mechanism, string user, string password)
    {
        world.Secret("kafka-user", "user", user);
        world.Secret("kafka", "password", password);
        var kafka = world.Spec["kafka"]!.AsObject();
        kafka["brokers"] = new JsonArray(front.Address);
        kafka["auth"] = "password";
        kafka["mechanism"] = mechanism;
        kafka["username"] = new JsonObject { ["name"] = "kafka-user", ["key"] = "user" };
        kafka["password"] = new JsonObject { ["name"] = "kafka", ["key"] = "password" };
    }
}
