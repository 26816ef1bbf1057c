using Todo.Load.Journaling;

namespace Todo.Load.Accounting;

/// <summary>All that the journal says about one task: what must be, and what may be because a request about it was not answered.</summary>
internal sealed record TaskStory(string Tag, string Email, TaskKind Kind)
{
    public long? TaskId { get; private init; }

    public Guid? SeriesId { get; private init; }

    /// <summary>State after the last acknowledged change; null: not created, or deleted.</summary>
    public TaskFields? Known { get; private init; }

    /// <summary>The last acknowledged change; null when none was.</summary>
    public Operation? Last { get; private init; }

    /// <summary>The request after that which nobody answered, if there was one, and which was not repeated with success.</summary>
    public JournalEntry? Doubt { get; private init; }

    public bool IsDeleted => Last == Operation.Delete;

    public bool IsRecurring => Kind is TaskKind.Daily or TaskKind.Weekly;

    public TimeSpan Step => Kind == TaskKind.Weekly ? TimeSpan.FromDays(7) : TimeSpan.FromDays(1);

    /// <summary>The stories that a journal tells, by tag.</summary>
    public static IReadOnlyDictionary<string, TaskStory> Read(IEnumerable<JournalEntry> journal)
    {
        var stories = new Dictionary<string, TaskStory>(StringComparer.Ordinal);
        foreach (var entry in journal.Where(e => e.Tag is not null))
        {
            var story = stories.GetValueOrDefault(entry.Tag!) ?? new TaskStory(entry.Tag!, entry.Email, entry.Kind!.Value);
            stories[entry.Tag!] = story.Then(entry);
        }

        return stories;
    }

    private TaskStory Then(JournalEntry entry)
    {
        if (entry.Outcome == Outcome.Acknowledged)
        {
            return this with
            {
                TaskId = entry.TaskId ?? TaskId,
                SeriesId = entry.SeriesId ?? SeriesId,
                Known = entry.Operation == Operation.Delete ? null : entry.Task,
                Last = entry.Operation,
                Doubt = Doubt?.Key == entry.Key ? null : Doubt,
            };
        }

        // A repeated request that is refused in the end has changed nothing.
        return entry.IsDoubtful ? this with { Doubt = entry } : Doubt?.Key == entry.Key ? this with { Doubt = null } : this;
    }
}
