using Todo.Operator.Decisions;
using Todo.Operator.Preflight.Wire;
using Todo.Operator.Preflight.Wire.Kafka;
using Todo.Operator.Preflight.Wire.Redis;
using Todo.Operator.Resource;

namespace Todo.Operator.Preflight.Brokers;

/// <summary>Connects to brokers as the generated Components will: same addresses, same TLS, same login.</summary>
public sealed class BrokerAccess(SecretReader secrets, TimeProvider time)
{
    /// <summary>How to log in at Kafka.</summary>
    /// <exception cref="MissingSecretException">A Secret is not there.</exception>
    internal Task<KafkaLogin> KafkaLoginAsync(PreflightContext context, CancellationToken cancellationToken) =>
        KafkaLoginAsync(context.Generation.Namespace, context.Generation.Spec.Kafka, cancellationToken);

    /// <summary>Connects to the broker of the spec's list that answers first.</summary>
    /// <exception cref="WireFailure">None does; this is the last one's reason.</exception>
    internal Task<KafkaCluster> KafkaAsync(PreflightContext context, CancellationToken cancellationToken) =>
        KafkaAsync(context.Generation.Namespace, context.Generation.Spec.Kafka, cancellationToken);

    /// <summary>Connects to the spec's Redis.</summary>
    /// <exception cref="WireFailure">It did not come so far.</exception>
    internal Task<RedisClient> RedisAsync(PreflightContext context, CancellationToken cancellationToken) =>
        RedisAsync(context.Generation.Namespace, context.Generation.Spec.Redis, cancellationToken);

    private async Task<KafkaLogin> KafkaLoginAsync(string ns, KafkaSpec kafka, CancellationToken cancellationToken)
    {
        var mtls = kafka.Auth == "mtls";
        var tls = !kafka.Tls ? null : new TlsSettings(
            await secrets.ReadAsync(ns, kafka.CaCert, cancellationToken),
            await secrets.ReadAsync(ns, mtls ? kafka.ClientCert : null, cancellationToken),
            await secrets.ReadAsync(ns, mtls ? kafka.ClientKey : null, cancellationToken));
        return kafka.Auth == "password"
            ? new KafkaLogin(
                tls,
                kafka.Mechanism,
                await secrets.ReadAsync(ns, kafka.Username, cancellationToken) ?? string.Empty,
                await secrets.ReadAsync(ns, kafka.Password, cancellationToken) ?? string.Empty)
            : new KafkaLogin(tls);
    }

    /// <summary>The same for any Kafka.</summary>
    /// <exception cref="WireFailure">None does; this is the last one's reason.</exception>
    internal async Task<KafkaCluster> KafkaAsync(string ns, KafkaSpec kafka, CancellationToken cancellationToken)
    {
        var login = await KafkaLoginAsync(ns, kafka, cancellationToken);

        // At the same time: each that is silent takes a connection's whole limit, and there may be several before one that lives.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var opening = kafka.Brokers.Select(WireEndpoint.Parse).OfType<WireEndpoint>().Select(e => KafkaConnection.OpenAsync(e, login, enough.Token)).ToList();
        KafkaConnection? first = null;
        await foreach (var opened in Task.WhenEach(opening))
        {
            if (opened.IsCompletedSuccessfully && first is null)
            {
                first = await opened;
                await enough.CancelAsync();
            }
            else if (opened.IsCompletedSuccessfully)
            {
                await (await opened).DisposeAsync();
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return first is not null
            ? new KafkaCluster(first, login)
            : throw opening.Select(o => o.Exception?.InnerException).OfType<Exception>().LastOrDefault() ?? new WireFailure(WireStage.Connect, "spec.kafka.brokers names no address.");
    }

    /// <summary>The same for any Redis.</summary>
    /// <exception cref="WireFailure">It did not come so far.</exception>
    internal async Task<RedisClient> RedisAsync(string ns, RedisSpec redis, CancellationToken cancellationToken)
    {
        var endpoint = WireEndpoint.Parse(redis.Host) ?? throw new WireFailure(WireStage.Connect, $"\"{redis.Host}\" is not host:port.");
        return await RedisClient.ConnectAsync(
            endpoint,
            redis.Tls ? new TlsSettings() : null,
            await secrets.ReadAsync(ns, redis.Username, cancellationToken),
            await secrets.ReadAsync(ns, redis.Password, cancellationToken),
            cancellationToken);
    }

    /// <summary>Asks a broker something within a time limit.</summary>
    /// <param name="patience">The limit, from connecting to the last answer.</param>
    /// <param name="ask">Connects and asks.</param>
    /// <param name="cancellationToken">Ends it without an answer.</param>
    /// <returns>The answer, or why there is none: a Secret is missing, the broker did not come so far, or took longer.</returns>
    internal async Task<Known<T>> AskAsync<T>(TimeSpan patience, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return Known.Of(await ask(both.Token));
        }
        catch (Exception e) when (e is WireFailure or MissingSecretException)
        {
            return Known.Unknown<T>(e.Message.TrimEnd('.'));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Known.Unknown<T>($"no answer for {patience.TotalSeconds:0} s");
        }
    }
}
