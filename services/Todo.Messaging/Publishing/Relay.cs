using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Todo.Messaging.Hosting;
using Todo.Messaging.Telemetry;
using Todo.Messaging.Transports;

namespace Todo.Messaging.Publishing;

/// <summary>
/// Sends this producer's events from the outbox. Woken in process after a commit, by NOTIFY from other pods, and by a sweep each second. An event is marked sent only
/// after the broker's acknowledgement; whatever goes wrong in between means that it is sent twice, which the inbox of the consumers makes harmless.
/// </summary>
internal abstract partial class Relay(
    ServiceOptions options, ServiceState state, RelayConnection connect, TransportSet transports, RelaySignal signal, TimeProvider time, ILogger log)
    : BackgroundService
{
    private const int BatchSize = 512;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NotReadyInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    // Ends the last work of a process that stops; until then work in hand is never cut short.
    private readonly CancellationTokenSource _limit = new();

    protected ServiceOptions Options => options;

    protected TimeProvider Time => time;

    protected abstract IReadOnlyCollection<short> AllLanes { get; }

    /// <summary>Called when it becomes known whether every lane is owned by this process.</summary>
    protected virtual void OnOwnership(bool ownsAll)
    {
    }

    /// <summary>Called after the lanes were let go at the end.</summary>
    protected virtual Task OnStoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Work of lane owners beside sending, after a sweep.</summary>
    protected virtual Task AfterSweepAsync(IReadOnlyCollection<short> owned, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left (for a few seconds), then lets the lanes go.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _limit.CancelAfter(DrainLimit);
        signal.Set();
        await base.StopAsync(cancellationToken);
        await OnStoppedAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _limit.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await state.Started.WaitAsync(stoppingToken).Quietly();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var session = await RelaySession.OpenAsync(connect, options, stoppingToken);
                await RunAsync(session, stoppingToken);
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException)
            {
                // The lanes went with the connection; what was sent and not marked is sent again by the next owner.
                SessionLost(log, e.Message);
            }

            OnOwnership(false);
            await Task.Delay(SweepInterval, time, stoppingToken).Quietly();
        }
    }

    private async Task RunAsync(RelaySession session, CancellationToken stopping)
    {
        var lanes = new LaneTable(AllLanes);
        var nextSweep = DateTimeOffset.MinValue;
        var nextLock = DateTimeOffset.MinValue;
        while (true)
        {
            // While stopping, sending goes on until nothing is left or the limit is reached.
            var isStopping = stopping.IsCancellationRequested;
            var token = _limit.Token;
            token.ThrowIfCancellationRequested();
            if (!await IsReadyAsync(token))
            {
                await ReleaseAsync(session, lanes);
                if (isStopping)
                {
                    return;
                }

                await WaitAsync(NotReadyInterval, stopping);
                continue;
            }

            var now = time.GetUtcNow();
            var freed = signal.TakeLanesFreed();
            if (!isStopping && !lanes.OwnsAll && (freed || now >= nextLock))
            {
                lanes.Acquired(await session.LockAsync(lanes.Wanted(now), token));
                OnOwnership(lanes.OwnsAll);
                nextLock = now + (lanes.NextWanted(now) is { } pause && pause < SweepInterval ? pause : SweepInterval);
            }

            if (now >= nextSweep)
            {
                await AfterSweepAsync(lanes.Owned, token);
                nextSweep = now + SweepInterval;
            }

            var (tried, failed) = await SendBatchAsync(session, lanes, token);
            if (failed > 0)
            {
                nextLock = now + LaneTable.FirstPause;
            }

            // A batch that is not full has taken everything that was there; what was committed since then has given the signal.
            if (tried == BatchSize || failed > 0 || (tried > 0 && isStopping))
            {
                continue;
            }

            if (isStopping)
            {
                return;
            }

            var next = lanes.OwnsAll || nextSweep < nextLock ? nextSweep : nextLock;
            await WaitAsync(next - time.GetUtcNow(), stopping);
        }
    }

    /// <returns>How many events were tried, and how many lanes failed.</returns>
    private async Task<(int Tried, int Failed)> SendBatchAsync(RelaySession session, LaneTable lanes, CancellationToken cancellationToken)
    {
        if (lanes.Owned.Count == 0)
        {
            return (0, 0);
        }

        var (events, databaseNow) = await session.ClaimAsync(lanes.Owned, BatchSize, cancellationToken);
        if (events.Count == 0)
        {
            return (0, 0);
        }

        var claimed = time.GetTimestamp();
        var sent = new List<SentEvent>(events.Count);
        var (worked, failed) = (new SortedSet<short>(), new SortedSet<short>());
        foreach (var group in events.GroupBy(x => x.Via ?? options.PublishesTo))
        {
            var batch = group.ToList();
            var results = await transports.Get(group.Key).SendAsync(batch, cancellationToken);
            foreach (var (value, result) in batch.Zip(results))
            {
                if (result.IsSent)
                {
                    worked.Add(value.Lane);
                    sent.Add(new(value.Id, databaseNow + time.GetElapsedTime(claimed, result.SentTimestamp), group.Key));
                    MessagingTrace.Sent(value, group.Key, time.GetUtcNow() - time.GetElapsedTime(result.SentTimestamp));
                }
                else if (failed.Add(value.Lane))
                {
                    NotSent(log, value.Id, value.Topic, group.Key, value.Lane, result.Error!);
                }
            }

            MessagingMetrics.Published.Add(results.Count(x => x.IsSent), new KeyValuePair<string, object?>("transport", group.Key));
            MessagingMetrics.PublishFailures.Add(results.Count(x => !x.IsSent), new KeyValuePair<string, object?>("transport", group.Key));
        }

        if (sent.Count > 0)
        {
            await session.MarkSentAsync(sent, CancellationToken.None);
        }

        foreach (var lane in worked)
        {
            lanes.Sent(lane);
        }

        if (failed.Count > 0)
        {
            foreach (var lane in failed)
            {
                lanes.Failed(lane, time.GetUtcNow());
            }

            OnOwnership(false);
            await session.UnlockAsync(failed, CancellationToken.None);
        }

        return (events.Count, failed.Count);
    }

    /// <summary>Probes name their transport themselves, so only ordinary events wait for the pod's own.</summary>
    protected virtual ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken) => transports.Get(options.PublishesTo).IsReadyAsync(cancellationToken);

    private async Task ReleaseAsync(RelaySession session, LaneTable lanes)
    {
        if (lanes.Owned.Count > 0)
        {
            await session.UnlockAsync(lanes.Owned, CancellationToken.None);
            lanes.ReleaseAll();
            OnOwnership(false);
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken stopping)
    {
        if (wait > TimeSpan.Zero)
        {
            await signal.WaitAsync(wait, stopping);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {Id} of {Topic} was not sent over {Transport}; lane {Lane} pauses: {Reason}")]
    private static partial void NotSent(ILogger logger, Guid id, string topic, string transport, short lane, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The relay lost its database connection: {Reason}")]
    private static partial void SessionLost(ILogger logger, string reason);
}
