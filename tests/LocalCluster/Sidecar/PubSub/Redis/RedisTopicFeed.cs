using System.Threading.Channels;
using LocalCluster.Sidecar.Redis;

namespace LocalCluster.Sidecar.PubSub.Redis;

/// <summary>Reads one stream: new entries as they come, and entries that another worker or replica has not acknowledged in time.</summary>
internal sealed class RedisTopicFeed : ITopicFeed
{
    private static readonly TimeSpan Block = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly RedisPubSub _owner;
    private readonly RedisPubSubSettings _settings;
    private readonly RedisPool _pool;
    private readonly ChannelWriter<RedisEntry> _queue;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;
    private readonly Task _reclaiming;

    public RedisTopicFeed(
        RedisPubSub owner,
        RedisPubSubSettings settings,
        RedisPool pool,
        ChannelWriter<RedisEntry> queue,
        string topic,
        MessageHandler handler,
        TimeProvider time,
        ILogger log)
    {
        _owner = owner;
        _settings = settings;
        _pool = pool;
        _queue = queue;
        Topic = topic;
        Handler = handler;
        _time = time;
        _log = log;
        _reading = Task.Run(() => RepeatAsync(ReadNewAsync));
        // Zero switches redelivery off: what a crash leaves pending then stays there for ever.
        var redelivers = settings.ProcessingTimeout > TimeSpan.Zero && settings.RedeliverInterval > TimeSpan.Zero;
        _reclaiming = redelivers ? Task.Run(() => RepeatAsync(ReclaimAsync)) : Task.CompletedTask;
    }

    public string Topic { get; }

    public MessageHandler Handler { get; }

    public bool IsStopped => _stop.IsCancellationRequested;

    public void Stop() => _stop.Cancel();

    /// <summary>Redis Streams has no pause: what is buffered stays pending and is delivered again later.</summary>
    public Task DrainAsync(CancellationToken cancellation)
    {
        Stop();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_reading, _reclaiming);
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> loop)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await loop(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (ChannelClosedException)
            {
                return;
            }
            catch (Exception error) when (error is RedisConnectionException or RedisServerException)
            {
                RedisPubSubLog.ReadFailed(_log, Topic, error.Message);
                await RecoverAsync(error);
            }
        }
    }

    private async Task RecoverAsync(Exception error)
    {
        try
        {
            if (error is RedisServerException { Code: "NOGROUP" })
            {
                await _owner.EnsureGroupAsync(Topic, _stop.Token);
            }
        }
        catch (Exception again) when (again is RedisConnectionException or RedisServerException or OperationCanceledException)
        {
            // The loop comes back here.
        }

        await Task.Delay(RetryPause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReadNewAsync(CancellationToken cancellation)
    {
        // The blocking read keeps its connection, out of the pool that publishing uses as well.
        await using var lease = await _pool.RentAsync(cancellation);
        try
        {
            while (true)
            {
                object[] command =
                [
                    "XREADGROUP", "GROUP", _settings.ConsumerId, _settings.ConsumerId, "COUNT", _settings.QueueDepth,
                    "BLOCK", (long)Block.TotalMilliseconds, "STREAMS", Topic, ">",
                ];
                var reply = await lease.Connection.SendAsync(command, Block, cancellation);
                foreach (var entry in StreamReply.Entries(this, reply))
                {
                    await _queue.WriteAsync(entry, cancellation);
                }
            }
        }
        finally
        {
            // A blocked read may still be answered: this connection cannot serve anybody else.
            await lease.Connection.DisposeAsync();
        }
    }

    private async Task ReclaimAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await ReclaimOnceAsync(cancellation);
            await Task.Delay(_settings.RedeliverInterval, _time, cancellation);
        }
    }

    private async Task ReclaimOnceAsync(CancellationToken cancellation)
    {
        var group = _settings.ConsumerId;
        var timeout = (long)_settings.ProcessingTimeout.TotalMilliseconds;
        while (true)
        {
            var pending = await _pool.ExecuteAsync(["XPENDING", Topic, group, "-", "+", _settings.QueueDepth], cancellation);
            var overdue = StreamReply.PendingIds(pending, timeout);
            if (overdue.Count == 0)
            {
                return;
            }

            object[] claim = ["XCLAIM", Topic, group, group, timeout, .. overdue];
            var claimed = StreamReply.ClaimedEntries(this, await _pool.ExecuteAsync(claim, cancellation));
            foreach (var entry in claimed)
            {
                await _queue.WriteAsync(entry, cancellation);
            }

            await ForgetTrimmedAsync(overdue, claimed, cancellation);
            if (claimed.Count == 0)
            {
                return;
            }
        }
    }

    /// <summary>A pending entry whose data was trimmed or deleted can never be delivered: take it off the list.</summary>
    private async Task ForgetTrimmedAsync(IReadOnlyList<string> asked, List<RedisEntry> claimed, CancellationToken cancellation)
    {
        if (claimed.Count == asked.Count)
        {
            return;
        }

        foreach (var id in asked.Except(claimed.Select(entry => entry.Id), StringComparer.Ordinal))
        {
            var found = await _pool.ExecuteAsync(["XRANGE", Topic, id, id], cancellation);
            if (found.Items.Length == 0)
            {
                await _pool.ExecuteAsync(["XACK", Topic, _settings.ConsumerId, id], cancellation);
            }
        }
    }
}
