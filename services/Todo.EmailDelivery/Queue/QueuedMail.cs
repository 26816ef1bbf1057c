using Todo.Contracts.Payloads;

namespace Todo.EmailDelivery.Queue;

/// <summary>A mail that this worker holds the lease of, with what the database knows at this moment.</summary>
/// <param name="Attempt">1 for the first.</param>
/// <param name="Age">Since the reminder arrived.</param>
/// <param name="Recipient">The user's address now; null when there is none.</param>
/// <param name="TimeZone">The user's zone now.</param>
/// <param name="IsWanted">The task is still there, open, and due at the moment the reminder speaks of.</param>
internal sealed record QueuedMail(long Id, Reminder Reminder, string MessageId, int Attempt, TimeSpan Age, string? Recipient, string TimeZone, bool IsWanted);
