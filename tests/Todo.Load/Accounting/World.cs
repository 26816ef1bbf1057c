using Todo.Load.Journaling;

namespace Todo.Load.Accounting;

/// <summary>A row of table <c>tasks</c>.</summary>
public sealed record WorldTask(long Id, string User, TaskFields Fields, Guid? SeriesId, DateTimeOffset? Occurrence)
{
    /// <summary>First word of the title.</summary>
    public string Tag => Fields.Title.Split(' ', 2)[0];
}

/// <summary>A mail in the sink.</summary>
/// <param name="ReminderKey">Header <c>X-Todo-Reminder</c>: the task's id, a slash, the due moment.</param>
/// <param name="To">Envelope recipients.</param>
/// <param name="MessageId">Header <c>Message-ID</c>; null: none.</param>
public sealed record WorldMail(string ReminderKey, IReadOnlyList<string> To, string? MessageId = null);

/// <summary>What is there: rows and mails, nothing of how they came about.</summary>
public sealed record World(IReadOnlyList<WorldTask> Tasks, IReadOnlyList<WorldMail> Mails);
