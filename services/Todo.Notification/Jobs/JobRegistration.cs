using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;

namespace Todo.Notification.Jobs;

/// <summary>With Dapr, creates the job once the sidecar is ready, unless it was told to stop. Tries without end: the sidecar or the scheduler may come late.</summary>
internal sealed partial class JobRegistration(
    DaprJobs jobs, JobState remembered, NotificationOptions options, ServiceOptions service, ServiceState state, TimeProvider time, ILogger<JobRegistration> log)
    : BackgroundService
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!service.UseDapr)
        {
            return;
        }

        await state.Started.WaitAsync(stoppingToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, state.Draining);
        var wait = FirstWait;
        try
        {
            while (!await TryAsync(ended.Token))
            {
                await Task.Delay(wait, time, ended.Token);
                wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
            }
        }
        catch (OperationCanceledException)
        {
            // Leaving.
        }
    }

    /// <summary>True when there is nothing left to do.</summary>
    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await remembered.IsStoppedAsync(cancellationToken))
            {
                LogStopped(log);
                return true;
            }

            if (!await jobs.IsReadyAsync(cancellationToken) || !await jobs.ScheduleAsync(options.PollInterval, cancellationToken))
            {
                LogLater(log);
                return false;
            }

            if (await remembered.SetAsync("scheduled", unlessStopped: true, cancellationToken))
            {
                LogScheduled(log, DaprJobs.Name, DaprJobs.Every(options.PollInterval));
                return true;
            }

            // Stopped between the look and the creation.
            return await jobs.DeleteAsync(cancellationToken);
        }
        catch (Exception e) when (DatabaseErrors.IsTransient(e))
        {
            LogLater(log);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Name} is scheduled {Schedule}")]
    private static partial void LogScheduled(ILogger logger, string name, string schedule);

    [LoggerMessage(Level = LogLevel.Information, Message = "The job was stopped and stays so until it is started again")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The job can't be created yet")]
    private static partial void LogLater(ILogger logger);
}
