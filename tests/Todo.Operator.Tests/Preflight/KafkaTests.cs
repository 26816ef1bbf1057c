using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
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
    public async Task A_client_certificate_is_shown_as_Dapr_will()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var address = TestBackends.NextAddress();
        using var client = AuthenticatingKafka.CertificateFor(TestBackends.NextAddress());
        using var other = AuthenticatingKafka.CertificateFor(TestBackends.NextAddress());
        await using var front = new AuthenticatingKafka((await backends.KafkaAsync()).EndPoint, address) { Certificate = AuthenticatingKafka.CertificateFor(address), Client = client };
        var kafka = world.Spec["kafka"]!.AsObject();
        kafka["brokers"] = new JsonArray(front.Address);
        (kafka["auth"], kafka["tls"]) = ("mtls", true);
        (kafka["clientCert"], kafka["clientKey"]) = (new JsonObject { ["name"] = "client-cert", ["key"] = "tls.crt" }, new JsonObject { ["name"] = "client-key", ["key"] = "tls.key" });
        Show(world, client);
        Assert.Contains(
            await world.ComplaintsAsync(),
            c => c.StartsWith($"broker/{front.Address} Failed: TLS with {front.Address} failed: ", StringComparison.Ordinal)
                && c.EndsWith(". Compare spec.kafka.caCert, spec.kafka.clientCert and spec.kafka.clientKey with the broker's listener.", StringComparison.Ordinal));

        kafka["caCert"] = new JsonObject { ["name"] = "kafka-ca", ["key"] = "ca.crt" };
        world.Secret("kafka-ca", "ca.crt", front.Certificate.ExportCertificatePem());
        Assert.Contains(CheckResult.Passed($"broker/{front.Address}", "kafka answers."), await world.CheckAsync());

        Show(world, other);
        Assert.Contains(
            $"broker/{front.Address} Failed: {front.Address} accepts connections, but closed this one. "
            + "Does this listener take the client certificate? See spec.kafka.clientCert and spec.kafka.clientKey.",
            await world.ComplaintsAsync());

        world.Secret("client-key", "tls.key", "no key");
        Assert.Contains(
            await world.ComplaintsAsync(),
            c => c.StartsWith($"broker/{front.Address} Failed: A certificate or key for {front.Address} cannot be read: ", StringComparison.Ordinal)
                && c.EndsWith(". Compare spec.kafka.caCert, spec.kafka.clientCert and spec.kafka.clientKey with the broker's listener.", StringComparison.Ordinal));
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
    public async Task A_group_with_offsets_in_one_partition_only()
    {
        await using var broker = await backends.StartKafkaAsync(TestBackends.TopicsWithout());
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Spec["kafka"]!["brokers"] = new JsonArray(broker.BootstrapServers);
        await KafkaRecords.ProduceAsync(broker, "task-events", partition: 0, DateTimeOffset.UtcNow.AddHours(-9), count: 1);
        await KafkaRecords.ProduceAsync(broker, "task-events", partition: 2, DateTimeOffset.UtcNow.AddHours(-3), count: 2);
        await KafkaRecords.CommitAsync(broker, "notification-service-group", "task-events", partition: 0, offset: 1);
        Assert.Equal(
            [
                "consumer-group/notification-service-group Failed: Group notification-service-group has no committed offsets on partition 2 of task-events, which holds 2 events, the oldest 3 hours old. "
                + "If the service's own client has another group, name it in spec.kafka.consumerGroups.notification; else set spec.kafka.initialOffset: oldest handles them all, newest none.",
            ],
            await world.ComplaintsAsync());

        await KafkaRecords.CommitAsync(broker, "notification-service-group", "task-events", partition: 2, offset: 0);
        Assert.Empty(await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_partition_whose_extent_is_not_told_is_no_empty_one()
    {
        await using var broker = await backends.StartKafkaAsync(TestBackends.TopicsWithout());
        await using var world = await PreflightWorld.StartAsync(backends);

        // The answer to ListOffsets for one partition ends with error (16 bits), time and offset (64 each).
        await using var front = new AuthenticatingKafka(broker.EndPoint)
        {
            NamesItself = true,
            Alter = (key, answer) => key == 2 && answer.AsSpan().IndexOf("task-recurrence"u8) >= 0 ? [.. answer[..^18], 0, 6, .. Enumerable.Repeat((byte)255, 16)] : answer,
        };
        world.Spec["kafka"]!["brokers"] = new JsonArray(front.Address);
        await KafkaRecords.ProduceAsync(broker, "task-recurrence", partition: 0, DateTimeOffset.UtcNow.AddHours(-3), count: 2);
        Assert.Equal(
            [$"consumer-group/recurring-task-service-group Unknown: {front.Address} does not tell what partition 0 of topic task-recurrence holds (error 6)."],
            await world.ComplaintsAsync());
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

    [Theory]
    [InlineData(-9, 1, "1 event, the oldest 9 days old", null)]
    [InlineData(-9, 2, "2 events, the oldest 9 days old", "newest")]
    public async Task How_old_the_oldest_event_is(int days, int count, string events, string? initialOffset)
    {
        await using var broker = await backends.StartKafkaAsync(TestBackends.TopicsWithout());
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Spec["kafka"]!["brokers"] = new JsonArray(broker.BootstrapServers);
        world.Spec["kafka"]!["initialOffset"] = initialOffset;
        await KafkaRecords.ProduceAsync(broker, "task-recurrence", partition: 0, DateTimeOffset.UtcNow.AddDays(days), count);
        const string Group = "consumer-group/recurring-task-service-group";
        Assert.Equal(
            [
                initialOffset is null
                    ? $"{Group} Failed: Group recurring-task-service-group has no committed offsets on task-recurrence, which holds {events}. If the service's own client has another group, "
                        + "name it in spec.kafka.consumerGroups.recurringTask; else set spec.kafka.initialOffset: oldest handles them all, newest none."
                    : $"{Group} Warning: Group recurring-task-service-group has no committed offsets on task-recurrence ({events}); spec.kafka.initialOffset: newest decides about them.",
            ],
            await world.ComplaintsAsync());
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

    /// <summary>Metadata: throttle time, nodes (one here: id, host, port, rack), cluster id.</summary>
    private static byte[] WithoutClusterId(byte[] answer)
    {
        int Length(int at) => Math.Max((short)0, System.Buffers.Binary.BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(at)));
        var rack = 16 + sizeof(short) + Length(16) + sizeof(int);
        var id = rack + sizeof(short) + Length(rack);
        return [.. answer[..id], 255, 255, .. answer[(id + sizeof(short) + Length(id))..]];
    }

    private static void Show(PreflightWorld world, X509Certificate2 certificate)
    {
        world.Secret("client-cert", "tls.crt", certificate.ExportCertificatePem());
        world.Secret("client-key", "tls.key", certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
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
