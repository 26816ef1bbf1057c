using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Todo.Operator.Preflight;
using Todo.Operator.Tests.Cluster;

namespace Todo.Operator.Tests.Preflight;

/// <summary>TLS and logins, each tried as Dapr will.</summary>
public sealed class KafkaLoginTests(TestBackends backends)
{
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
    public async Task A_broker_that_knows_no_logins()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await using var front = new AuthenticatingKafka((await backends.KafkaAsync()).EndPoint);
        LogIn(world, front, "PLAIN", "todo", "right");
        Assert.Contains(
            $"broker/{front.Address} Failed: {front.Address} offers no SASL, not PLAIN. "
            + "Compare spec.kafka.tls, spec.kafka.mechanism and the user in Secret kafka-user with the broker's listener.",
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_broker_that_does_not_know_the_password_itself()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await using var front = new AuthenticatingKafka((await backends.KafkaAsync()).EndPoint) { Mechanisms = ["SCRAM-SHA-512"], IsImpostor = true };
        LogIn(world, front, "SCRAM-SHA-512", "todo", "right");
        Assert.Contains(
            $"broker/{front.Address} Failed: {front.Address} does not know the password itself: it is not the broker that it should be. "
            + "Compare spec.kafka.tls, spec.kafka.mechanism and the user in Secret kafka-user with the broker's listener.",
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_broker_that_is_too_old()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await using var front = new AuthenticatingKafka((await backends.KafkaAsync()).EndPoint) { Alter = (key, answer) => key == 18 ? WithoutMetadata4(answer) : answer };
        world.Spec["kafka"]!["brokers"] = new JsonArray(front.Address);
        Assert.Contains(
            $"broker/{front.Address} Failed: {front.Address} does not speak Metadata version 4; Kafka 2.0 or newer is needed. "
            + "Does this listener expect TLS or a login? See spec.kafka.tls and spec.kafka.auth.",
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

    internal static void LogIn(PreflightWorld world, AuthenticatingKafka front, string mechanism, string user, string password)
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

    private static void Show(PreflightWorld world, X509Certificate2 certificate)
    {
        world.Secret("client-cert", "tls.crt", certificate.ExportCertificatePem());
        world.Secret("client-key", "tls.key", certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>ApiVersions: error, number of requests, and of each its key, lowest and highest version (16 bits each).</summary>
    private static byte[] WithoutMetadata4(byte[] answer)
    {
        for (var at = 10; at + 6 <= answer.Length; at += 6)
        {
            if (answer[at] == 0 && answer[at + 1] == 3)
            {
                answer[at + 5] = 3;
            }
        }

        return answer;
    }
}
