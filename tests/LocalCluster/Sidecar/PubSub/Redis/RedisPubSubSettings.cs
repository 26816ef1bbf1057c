using System.Globalization;
using LocalCluster.Sidecar.Components;
using LocalCluster.Sidecar.Redis;

namespace LocalCluster.Sidecar.PubSub.Redis;

/// <summary>Metadata of <c>pubsub.redis</c>. Defaults and odd units are Dapr's.</summary>
internal sealed record RedisPubSubSettings
{
    public required RedisEndpoint Endpoint { get; init; }

    /// <summary>Group and consumer name: all replicas of an app look like one consumer.</summary>
    public required string ConsumerId { get; init; }

    public int PoolSize { get; init; }

    public int MaxRetries { get; init; }

    public TimeSpan ProcessingTimeout { get; init; }

    public TimeSpan RedeliverInterval { get; init; }

    public int QueueDepth { get; init; }

    public int Concurrency { get; init; }

    public long MaxLenApprox { get; init; }

    /// <summary>Entries older than this are trimmed at publish; zero = never.</summary>
    public TimeSpan StreamTtl { get; init; }

    /// <exception cref="ComponentInitException">A value is missing or malformed.</exception>
    public static RedisPubSubSettings From(ComponentMetadata metadata, string appId)
    {
        var host = metadata.Required("redisHost");
        var colon = host.LastIndexOf(':');
        var port = (int)metadata.Number("redisPort", 6379);
        if (colon > 0)
        {
            if (!int.TryParse(host[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port))
            {
                throw new ComponentInitException($"redis: '{host}' is not host:port");
            }

            host = host[..colon];
        }

        var pool = (int)metadata.Number("poolSize", 0);
        return new RedisPubSubSettings
        {
            Endpoint = new RedisEndpoint
            {
                Host = host,
                Port = port,
                Username = metadata.Text("redisUsername"),
                Password = metadata.Text("redisPassword"),
                Database = (int)metadata.Number("redisDB", 0),
                Tls = metadata.Flag("enableTLS", false),
                SkipCertificateCheck = metadata.Flag("insecureSkipTLSVerify", false),
                DialTimeout = metadata.Duration("dialTimeout", TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(1)),
                ReadTimeout = metadata.Duration("readTimeout", TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(1)),
            },
            ConsumerId = metadata.Text("consumerID") ?? appId,
            PoolSize = pool > 0 ? pool : 10 * Environment.ProcessorCount,
            MaxRetries = (int)metadata.Number("redisMaxRetries", 3),
            ProcessingTimeout = metadata.Duration("processingTimeout", TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(1)),
            RedeliverInterval = BareMilliseconds(metadata.Text("redeliverInterval"), TimeSpan.FromSeconds(15)),
            QueueDepth = (int)metadata.Number("queueDepth", 100),
            Concurrency = (int)metadata.Number("concurrency", 10),
            MaxLenApprox = metadata.Number("maxLenApprox", 0),
            StreamTtl = metadata.Duration("streamTTL", TimeSpan.Zero, TimeSpan.FromSeconds(1)),
        };
    }

    /// <summary>redeliverInterval is read as bare milliseconds; "30s" is ignored without a word, so the default holds.</summary>
    private static TimeSpan BareMilliseconds(string? text, TimeSpan fallback) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? TimeSpan.FromMilliseconds(value) : fallback;
}
