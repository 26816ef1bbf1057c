using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using LocalCluster.Sidecar.Components;
using LocalCluster.Sidecar.Redis;
using LocalCluster.Sidecar.Resources;

namespace LocalCluster.Sidecar.PubSub.Redis;

/// <summary>
/// <c>pubsub.redis</c>: Redis Streams. Messages of all topics share one queue and a fixed number of workers, so nothing is ordered.
/// </summary>
internal sealed class RedisPubSub : IPubSub
{
    private readonly RedisPubSubSettings _settings;
    private readonly RedisPool _pool;
    private readonly Channel<RedisEntry> _queue;
    private readonly CancellationTokenSource _closed = new();
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    private RedisPubSub(RedisPubSubSettings settings, TimeProvider time, ILogger log)
    {
        _settings = settings;
        _time = time;
        _log = log;
        _pool = new RedisPool(settings.Endpoint, settings.PoolSize, settings.MaxRetries, time);
        _queue = Channel.CreateBounded<RedisEntry>(Math.Max(1, settings.QueueDepth));
        for (var i = 0; i < settings.Concurrency; i++)
        {
            _ = WorkAsync();
        }
    }

    /// <summary>Connects once, to fail early.</summary>
    /// <exception cref="ComponentInitException">Redis does not answer or refuses the user.</exception>
    public static async Task<RedisPubSub> OpenAsync(RedisPubSubSettings settings, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        var pubsub = new RedisPubSub(settings, time, log);
        try
        {
            await pubsub._pool.ExecuteAsync(["PING"], cancellation);
            return pubsub;
        }
        catch (Exception error) when (error is RedisConnectionException or RedisServerException or OperationCanceledException)
        {
            await pubsub.DisposeAsync();
            throw new ComponentInitException($"redis streams: error connecting to redis at {settings.Endpoint.Host}: {error.Message}", error);
        }
    }

    public async Task PublishAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        List<object> command = ["XADD", message.Topic];
        if (_settings.MaxLenApprox > 0)
        {
            command.AddRange(["MAXLEN", "~", _settings.MaxLenApprox]);
        }
        else if (_settings.StreamTtl > TimeSpan.Zero)
        {
            var oldest = _time.GetUtcNow().Subtract(_settings.StreamTtl).ToUnixTimeMilliseconds();
            command.AddRange(["MINID", "~", string.Create(CultureInfo.InvariantCulture, $"{oldest}-1")]);
        }

        command.AddRange(["*", "data", message.Data, "metadata", Json(message.Metadata)]);
        try
        {
            await _pool.ExecuteAsync(command, cancellation);
        }
        catch (Exception error) when (error is RedisConnectionException or RedisServerException)
        {
            throw new PubSubException($"redis streams: error from publish: {error.Message}", error);
        }
    }

    public async Task<ITopicFeed> SubscribeAsync(SubscriptionSpec subscription, MessageHandler handler, CancellationToken cancellation)
    {
        try
        {
            await EnsureGroupAsync(subscription.Topic, cancellation);
            return new RedisTopicFeed(this, _settings, _pool, _queue.Writer, subscription.Topic, handler, _time, _log);
        }
        catch (Exception error) when (error is RedisConnectionException or RedisServerException)
        {
            throw new PubSubException($"redis streams: cannot subscribe to {subscription.Topic}: {error.Message}", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _queue.Writer.TryComplete();
        await _pool.DisposeAsync();
    }

    /// <summary>A new group starts at the beginning of the stream; an existing one goes on where it was.</summary>
    internal async Task EnsureGroupAsync(string topic, CancellationToken cancellation)
    {
        try
        {
            await _pool.ExecuteAsync(["XGROUP", "CREATE", topic, _settings.ConsumerId, "0", "MKSTREAM"], cancellation);
        }
        catch (RedisServerException exists) when (exists.Code == "BUSYGROUP")
        {
            // The usual case: the group is there from an earlier start or another replica.
        }
    }

    private static byte[] Json(IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in metadata)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private async Task WorkAsync()
    {
        await Task.Yield();
        await foreach (var entry in _queue.Reader.ReadAllAsync())
        {
            if (entry.Feed.IsStopped || _closed.IsCancellationRequested)
            {
                continue;
            }

            try
            {
                await HandleAsync(entry);
            }
            catch (Exception unexpected)
            {
                // Not acknowledged: the entry is claimed again when its processing time is over.
                RedisPubSubLog.DeliveryBroke(_log, unexpected, entry.Topic, entry.Id);
            }
        }
    }

    /// <summary>
    /// Dapr acknowledges a failed message too, unless its processing time has run out by then: without a retry policy
    /// longer than processingTimeout, and without a dead-letter topic, one failure loses the message.
    /// </summary>
    private async Task HandleAsync(RedisEntry entry)
    {
        var started = _time.GetTimestamp();
        var outcome = await entry.Feed.Handler(entry.ToMessage(), CancellationToken.None);
        var expired = _settings.ProcessingTimeout > TimeSpan.Zero && _time.GetElapsedTime(started) >= _settings.ProcessingTimeout;
        if (outcome == DeliveryOutcome.Abandoned || (outcome == DeliveryOutcome.Failed && expired))
        {
            return;
        }

        if (outcome == DeliveryOutcome.Failed)
        {
            RedisPubSubLog.AcknowledgedOnError(_log, entry.Topic, entry.Id);
        }

        try
        {
            await _pool.ExecuteAsync(["XACK", entry.Topic, _settings.ConsumerId, entry.Id], CancellationToken.None);
        }
        catch (Exception error) when (error is RedisConnectionException or RedisServerException)
        {
            RedisPubSubLog.AcknowledgeFailed(_log, entry.Topic, entry.Id, error.Message);
        }
    }
}
