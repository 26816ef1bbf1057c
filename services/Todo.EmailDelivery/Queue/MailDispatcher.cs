using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;

namespace Todo.EmailDelivery.Queue;

/// <summary>Takes mails from the queue as fast as there are free connections. At shutdown it takes no more and finishes those it has.</summary>
internal sealed partial class MailDispatcher(
    MailQueue queue, MailSender sender, MailSignal signal, MailPace pace, QueueOptions options, ServiceState state, TimeProvider time, ILogger<MailDispatcher> log) : BackgroundService
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _free = new(options.Concurrency);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await state.Started.WaitAsync(stoppingToken);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, state.Draining);
            await DispatchAsync(ended.Token);
        }
        catch (OperationCanceledException)
        {
            // Leaving.
        }

        for (var i = 0; i < options.Concurrency; i++)
        {
            await _free.WaitAsync(CancellationToken.None);
        }
    }

    public override void Dispose()
    {
        _free.Dispose();
        base.Dispose();
    }

    private async Task DispatchAsync(CancellationToken cancellationToken)
    {
        var wait = ShortestWait;
        long? expired = null;
        while (true)
        {
            var taken = 0;
            try
            {
                if (expired is null || time.GetElapsedTime(expired.Value) > ExpiryInterval)
                {
                    await ExpireAsync(cancellationToken);
                    expired = time.GetTimestamp();
                }

                taken = await TakeAsync(cancellationToken);
            }
            catch (Exception e) when (DatabaseErrors.IsTransient(e))
            {
                LogLater(log, e.Message);
                wait = LongestWait;
            }

            if (taken > 0)
            {
                wait = ShortestWait;
            }
            else if (await signal.WaitAsync(wait, cancellationToken))
            {
                wait = ShortestWait;
            }
            else
            {
                wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
            }
        }
    }

    /// <summary>Takes as many as there are connections free, at least one.</summary>
    private async Task<int> TakeAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        var slots = 1;
        List<QueuedMail> mails = [];
        try
        {
            while (slots < options.Concurrency && await _free.WaitAsync(TimeSpan.Zero, cancellationToken))
            {
                slots++;
            }

            var allowed = await pace.WaitAsync(slots, cancellationToken);
            mails = await queue.TakeAsync(allowed, CancellationToken.None);
            pace.Taken(mails.Count);
        }
        finally
        {
            if (slots > mails.Count)
            {
                _free.Release(slots - mails.Count);
            }
        }

        foreach (var mail in mails)
        {
            _ = SendAsync(mail);
        }

        return mails.Count;
    }

    private async Task SendAsync(QueuedMail mail)
    {
        try
        {
            // Not cancelled by a shutdown: the send has its own time limit, shorter than the grace period.
            await sender.SendAsync(mail, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The lease runs out and the mail counts as doubtful.
            LogLost(log, e, mail.Reminder.Key);
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task ExpireAsync(CancellationToken cancellationToken)
    {
        if (await queue.ExpireAsync(cancellationToken) is > 0 and var count)
        {
            MailTelemetry.Doubtful.Add(count);
            LogDoubtful(log, count, options.HoldDoubtful ? "held" : "sent again with the same Message-ID");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} mails were in the hands of a worker that is gone: doubtful, {What}")]
    private static partial void LogDoubtful(ILogger logger, int count, string what);

    [LoggerMessage(Level = LogLevel.Error, Message = "What became of {Reminder} could not be written down")]
    private static partial void LogLost(ILogger logger, Exception error, string reminder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue waits for the database: {Reason}")]
    private static partial void LogLater(ILogger logger, string reason);
}
