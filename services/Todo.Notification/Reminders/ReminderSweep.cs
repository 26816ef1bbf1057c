using Npgsql;
using Todo.Messaging.Publishing;
using Todo.Notification.Cursor;

namespace Todo.Notification.Reminders;

/// <summary>One search for due reminders: what the loop, the job and the tests call. Calling it too often, late, or from several places at once is harmless.</summary>
internal sealed partial class ReminderSweep(
    NpgsqlDataSource database,
    ReminderClaims claims,
    SetReminderClaims set,
    ISweepCursor cursor,
    IOutbox outbox,
    NotificationOptions options,
    TimeProvider time,
    ILogger<ReminderSweep> log)
{
    private long _lastEnded;

    /// <summary>When the last sweep of this process ended, as a timestamp of the time provider; 0: never.</summary>
    public long LastEnded => Volatile.Read(ref _lastEnded);

    /// <summary>Claims and publishes everything that is due.</summary>
    /// <returns>How many reminders.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var started = await NowAsync(cancellationToken);
        var lookback = Lookback(started, await cursor.ReadAsync(cancellationToken), options.Lookback);
        var total = await DrainAsync(claims.ClaimBatchAsync, lookback, cancellationToken) + await DrainAsync(set.ClaimBatchAsync, lookback, cancellationToken);
        // What another pod holds was passed over, and is due again when that pod dies. After a long time without a sweep the next one would not look back so far.
        if (!await claims.AreLeftAsync(database, started, lookback, cancellationToken) && !await SetReminderClaims.AreLeftAsync(database, started, lookback, cancellationToken))
        {
            await cursor.WriteAsync(started, cancellationToken);
        }

        Volatile.Write(ref _lastEnded, time.GetTimestamp());
        ReminderMetrics.Sweeps.Add(1);
        ReminderMetrics.Published.Add(total);
        if (total > 0)
        {
            LogFound(log, total);
        }

        return total;
    }

    /// <summary>Claims batch by batch until there are no more.</summary>
    private async Task<int> DrainAsync(Func<NpgsqlTransaction, TimeSpan, CancellationToken, Task<int>> claimBatch, TimeSpan lookback, CancellationToken cancellationToken)
    {
        var total = 0;
        int claimed;
        do
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            claimed = await claimBatch(transaction, lookback, cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
            if (claimed > 0)
            {
                outbox.Wake();
                total += claimed;
            }
        }
        while (claimed == ReminderClaims.BatchSize);

        return total;
    }

    /// <summary>How far back to look: the usual bound, or the whole time in which nobody looked when that was longer.</summary>
    internal static TimeSpan Lookback(DateTimeOffset now, DateTimeOffset? lastSweep, TimeSpan usual)
    {
        var away = lastSweep is { } last ? now - last : TimeSpan.Zero;
        return away > usual ? away : usual;
    }

    /// <summary>The database's clock, which the due moments are compared with.</summary>
    private async Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select clock_timestamp()");
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Published {Count} reminders")]
    private static partial void LogFound(ILogger logger, int count);
}
