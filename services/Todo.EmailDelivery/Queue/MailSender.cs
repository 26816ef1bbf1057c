using Todo.EmailDelivery.Content;
using Todo.EmailDelivery.Smtp;
using Todo.Messaging.Schema;

namespace Todo.EmailDelivery.Queue;

/// <summary>One attempt at one mail, from lease to outcome.</summary>
internal sealed partial class MailSender(MailQueue queue, MailComposer composer, TransportPool transports, QueueOptions options, TimeProvider time, ILogger<MailSender> log)
{
    private static readonly TimeSpan DatabaseRetry = TimeSpan.FromMilliseconds(500);

    public async Task SendAsync(QueuedMail mail, CancellationToken cancellationToken)
    {
        using var activity = MailTelemetry.Start(mail);
        var started = time.GetTimestamp();
        var outcome = MailOutcome.Before(mail) ?? await TryAsync(mail, cancellationToken);
        Measure(outcome, time.GetElapsedTime(started));
        activity?.SetTag("todo.outcome", outcome.State.ToString());
        switch (outcome.State)
        {
            case MailState.Sent:
                LogSent(log, mail.Reminder.Key, mail.Attempt);
                break;
            case MailState.Pending:
                LogRetry(log, mail.Reminder.Key, mail.Attempt, outcome.RetryAfter, outcome.IsDoubtful, outcome.Reason);
                break;
            default:
                LogEnded(log, mail.Reminder.Key, outcome.State, outcome.Reason);
                break;
        }

        // The mail is out, or not: writing that down is worth trying for as long as the lease lasts.
        while (true)
        {
            try
            {
                await queue.EndAsync(mail.Id, outcome, cancellationToken);
                return;
            }
            catch (Exception e) when (DatabaseErrors.IsTransient(e) && time.GetElapsedTime(started) < options.Lease)
            {
                await Task.Delay(DatabaseRetry, time, cancellationToken);
            }
        }
    }

    private static void Measure(MailOutcome outcome, TimeSpan time)
    {
        MailTelemetry.Attempts.Add(1, new KeyValuePair<string, object?>("outcome", outcome.State.ToString()));
        MailTelemetry.Duration.Record(time.TotalSeconds);
        if (outcome.IsDoubtful)
        {
            MailTelemetry.Doubtful.Add(1);
        }
    }

    private async Task<MailOutcome> TryAsync(QueuedMail mail, CancellationToken cancellationToken)
    {
        var transport = transports.Rent();
        try
        {
            await transport.SendAsync(composer.Compose(mail), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            transport.Dispose();
            return MailOutcome.Failed(mail, e, options);
        }

        transports.Return(transport);
        return MailOutcome.Sent;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Sent {Reminder} at attempt {Attempt}")]
    private static partial void LogSent(ILogger logger, string reminder, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attempt {Attempt} of {Reminder} failed, next in {RetryAfter} (doubtful: {Doubtful}): {Reason}")]
    private static partial void LogRetry(ILogger logger, string reminder, int attempt, TimeSpan retryAfter, bool doubtful, string? reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reminder} is {State}: {Reason}")]
    private static partial void LogEnded(ILogger logger, string reminder, MailState state, string? reason);
}
