using Todo.EmailDelivery.Smtp;

namespace Todo.EmailDelivery.Queue;

/// <summary>States of a mail; the names are those in the table.</summary>
internal enum MailState
{
    /// <summary>To be sent, now or at the next attempt.</summary>
    Pending,

    /// <summary>A worker has it.</summary>
    Sending,

    /// <summary>The server accepted it.</summary>
    Sent,

    /// <summary>Given up.</summary>
    Dead,

    /// <summary>Nobody knows whether the server accepted it, and it is not to be sent again.</summary>
    Doubtful,

    /// <summary>Nobody wants it any more: its task was completed, moved or deleted before it was sent, or its user is gone.</summary>
    Skipped,
}

/// <summary>What became of one attempt: the pure decision.</summary>
/// <param name="IsDoubtful">The server may have accepted it.</param>
/// <param name="RetryAfter">For <see cref="MailState.Pending"/>.</param>
internal sealed record MailOutcome(MailState State, string? Reason = null, bool IsDoubtful = false, TimeSpan RetryAfter = default)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(5);

    public static MailOutcome Sent { get; } = new(MailState.Sent);

    /// <summary>What to do before anything is sent; null: send it.</summary>
    public static MailOutcome? Before(QueuedMail mail) => mail switch
    {
        { IsUserKnown: false } => new(MailState.Skipped, "there is no such user"),
        { Task: TaskNow.Deleted } => new(MailState.Skipped, "the task was deleted"),
        { Task: TaskNow.Completed } => new(MailState.Skipped, "the task was completed"),
        { Task: TaskNow.Moved } => new(MailState.Skipped, "the task was moved"),
        { Recipient: null } => new(MailState.Dead, "the user has no e-mail address"),
        _ => null,
    };

    /// <summary>What a failed attempt means.</summary>
    public static MailOutcome Failed(QueuedMail mail, Exception error, QueueOptions options)
    {
        if (error is SmtpCommandException { IsPermanent: true })
        {
            return new(MailState.Dead, error.Message);
        }

        // Refused, or never handed over: it was not accepted. Everything else leaves the question open.
        var doubtful = error is not (SmtpCommandException or SmtpConnectException);
        if (doubtful && options.HoldDoubtful)
        {
            return new(MailState.Doubtful, error.Message, IsDoubtful: true);
        }

        return mail.Age > options.GiveUpAfter
            ? new(MailState.Dead, $"given up after {mail.Attempt} attempts: {error.Message}", doubtful)
            : new(MailState.Pending, error.Message, doubtful, Backoff(mail.Attempt));
    }

    /// <summary>Doubles with each attempt: 0.5 s, 1 s, 2 s, … 5 min.</summary>
    private static TimeSpan Backoff(int attempt)
    {
        var wait = FirstRetry * Math.Pow(2, Math.Min(attempt - 1, 20));
        return wait < LastRetry ? wait : LastRetry;
    }
}
