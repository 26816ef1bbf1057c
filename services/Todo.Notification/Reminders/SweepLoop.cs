using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;

namespace Todo.Notification.Reminders;

/// <summary>
/// Sweeps at the poll interval. With Dapr the job does that, and this is the net below it: it sweeps only when no tick came for a while, because a scheduler
/// that is down, or a job that was deleted, must delay reminders, not lose them.
/// </summary>
internal sealed partial class SweepLoop(
    ReminderSweep sweep, NotificationOptions options, ServiceOptions service, ServiceState state, TimeProvider time, ILogger<SweepLoop> log) : BackgroundService
{
    private const int MissedTicks = 6;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await state.Started.WaitAsync(stoppingToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, state.Draining);
        using var timer = new PeriodicTimer(options.PollInterval, time);
        var patience = service.UseDapr ? options.PollInterval * MissedTicks : TimeSpan.Zero;
        var started = time.GetTimestamp();
        try
        {
            do
            {
                var last = sweep.LastEnded == 0 ? started : sweep.LastEnded;
                if (time.GetElapsedTime(last) >= patience)
                {
                    if (service.UseDapr)
                    {
                        LogNet(log, patience);
                    }

                    await SweepAsync();
                }
            }
            while (await timer.WaitForNextTickAsync(ended.Token));
        }
        catch (OperationCanceledException)
        {
            // Leaving.
        }
    }

    // One that has begun is finished, not cut off, when the process is told to leave; the host does not wait longer than it may.
    private async Task SweepAsync()
    {
        try
        {
            await sweep.RunAsync(CancellationToken.None);
        }
        catch (Exception e) when (DatabaseErrors.IsTransient(e))
        {
            LogLater(log, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No tick of the job for {Patience}: sweeping without it")]
    private static partial void LogNet(ILogger logger, TimeSpan patience);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sweep waits for the database: {Reason}")]
    private static partial void LogLater(ILogger logger, string reason);
}
