using Todo.Operator.Preflight.Wire;
using Todo.Operator.Preflight.Wire.Kafka;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight.Brokers;

/// <summary>The broker that is asked for answers from here: TCP, then TLS, then the login.</summary>
public sealed class BrokerCheck(BrokerAccess access) : IPreflightCheck
{
    /// <inheritdoc/>
    public string Name => "broker";

    /// <inheritdoc/>
    public bool Applies(PreflightContext context) => context.Observed.Wanted.AnyDapr;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var kafka = context.Observed.Wanted.Broker.IsKafka;
        var spec = context.Generation.Spec;
        if (kafka && spec.Kafka.Brokers.Count == 0)
        {
            return [CheckResult.Failed($"{Name}/{context.Observed.Wanted.Broker.Name()}", "spec.kafka.brokers names no address.")];
        }

        IReadOnlyList<string> addresses = kafka ? spec.Kafka.Brokers : [spec.Redis.Host ?? string.Empty];
        try
        {
            var login = kafka ? await access.KafkaLoginAsync(context, cancellationToken) : null;
            var tried = await Task.WhenAll(addresses.Select(a => login is null ? RedisAsync(context, cancellationToken) : KafkaAsync(a, login, cancellationToken)));
            return [.. addresses.Zip(tried, (address, failure) => Judge(context, address, failure, tried))];
        }
        catch (MissingSecretException e)
        {
            return [CheckResult.Unknown(Name, e.Message)];
        }
    }

    private CheckResult Judge(PreflightContext context, string address, WireFailure? failure, WireFailure?[] tried)
    {
        var broker = context.Observed.Wanted.Broker.Name();
        var name = $"{Name}/{(address.Length == 0 ? broker : address)}";
        return failure is null
            ? CheckResult.Passed(name, $"{broker} answers.")
            : Array.Exists(tried, t => t is null)
                ? CheckResult.Warning(name, $"{failure.Message} Another broker of the list answers.")
                : CheckResult.Failed(name, $"{failure.Message} {Advice(context, failure.Stage)}");
    }

    private static string Advice(PreflightContext context, WireStage stage)
    {
        var kafka = context.Observed.Wanted.Broker.IsKafka;
        var spec = context.Generation.Spec;
        return (stage, kafka) switch
        {
            (WireStage.Connect, _) => $"Is {context.Observed.Wanted.Broker.Name()} running, and may the operator's pod reach it?",
            (WireStage.Encrypt, true) when spec.Kafka.Auth == "mtls" =>
                "Compare spec.kafka.caCert, spec.kafka.clientCert and spec.kafka.clientKey with the broker's listener.",
            (WireStage.Encrypt, true) => "Compare spec.kafka.tls and spec.kafka.caCert with the broker's listener.",
            (WireStage.Encrypt, false) => "Compare spec.redis.tls with the server's tls-port; its certificate must be signed by an authority that the system knows.",
            (_, true) when spec.Kafka.Auth == "password" =>
                $"Compare spec.kafka.tls, spec.kafka.mechanism and the user in Secret {spec.Kafka.Username?.Name} with the broker's listener.",
            (_, true) when spec.Kafka.Auth == "mtls" => "Does this listener take the client certificate? See spec.kafka.clientCert and spec.kafka.clientKey.",
            (_, true) => "Does this listener expect TLS or a login? See spec.kafka.tls and spec.kafka.auth.",
            _ => spec.Redis.Password is { } password
                ? $"Compare spec.redis.username and the password in Secret {password.Name} with the server's."
                : "Set spec.redis.password, or spec.redis.tls if this port expects TLS.",
        };
    }

    private static async Task<WireFailure?> KafkaAsync(string address, KafkaLogin login, CancellationToken cancellationToken)
    {
        if (WireEndpoint.Parse(address) is not { } endpoint)
        {
            return new WireFailure(WireStage.Connect, $"\"{address}\" is not host:port.");
        }

        try
        {
            // A broker that wants a login lets everybody ask for versions; the first real question tells.
            await using var cluster = new KafkaCluster(await KafkaConnection.OpenAsync(endpoint, login, cancellationToken), login);
            await cluster.DescribeAsync([], cancellationToken);
            return null;
        }
        catch (WireFailure e)
        {
            return e;
        }
    }

    private async Task<WireFailure?> RedisAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        try
        {
            await using var redis = await access.RedisAsync(context, cancellationToken);
            return null;
        }
        catch (WireFailure e)
        {
            return e;
        }
    }
}
