using Todo.Contracts.Payloads;

namespace Todo.EmailDelivery.Queue;

/// <summary>A mail that this worker holds the lease of, with what the database knows at this moment.</summary>
/// <param name="Attempt">1 for the first.</param>
/// <param name="Age">Since the reminder arrived.</param>
/// <param name="TraceParent">Of the span in which the reminder was handled.</param>
/// <param name="IsUserKnown">Whether there is such a user now.</param>
/// <param name="Recipient">The user's address now; null when there is none.</param>
/// <param name="TimeZone">The user's zone now.</param>
internal sealed record QueuedMail(
    long Id, Reminder Reminder, string MessageId, int Attempt, TimeSpan Age, string? TraceParent, bool IsUserKnown, string? Recipient, string TimeZone, TaskNow Task);

/// <summary>What has become of the task since the reminder.</summary>
internal enum TaskNow
{
    /// <summary>It is open, and due at the moment that the reminder speaks of, or the reminder was set for this moment and still is.</summary>
    Due,

    /// <summary>It is completed.</summary>
    Completed,

    /// <summary>It is due at another moment, or at none, or the reminder was set for another one.</summary>
    Moved,

    /// <summary>It is not there.</summary>
    Deleted,
}
