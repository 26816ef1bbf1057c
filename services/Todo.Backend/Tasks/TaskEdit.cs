using Todo.Contracts.Payloads;

namespace Todo.Backend.Tasks;

/// <summary>What a change makes of a task: the pure part of create and update.</summary>
internal static class TaskEdit
{
    /// <summary>A task that does not exist yet; the database gives it its id.</summary>
    public static TaskSnapshot New(string userId, TaskInput input, DateTimeOffset now) => Apply(
        new TaskSnapshot(0, userId, "", null, "medium", false, null, null, null, null, null, null, 1, now, now, null, []), input);

    /// <summary>The task after the change. Moving the due date leaves the series alone; another rule begins a new one, anchored at the due date.</summary>
    public static TaskSnapshot Apply(TaskSnapshot task, TaskInput input)
    {
        var edited = task with
        {
            Title = input.Title.Or(task.Title)!,
            Description = input.Description.Or(task.Description),
            Priority = input.Priority.Or(task.Priority)!,
            DueAt = Microseconds(input.DueAt.Or(task.DueAt)),
            RecurrenceRule = input.RecurrenceRule.Or(task.RecurrenceRule),
            CategoryId = input.CategoryId.Or(task.CategoryId),
            TagIds = input.TagIds.Or(task.TagIds) ?? [],
        };
        if (edited.RecurrenceRule == task.RecurrenceRule)
        {
            return edited;
        }

        var anchor = edited.RecurrenceRule is null ? null : Microseconds(edited.DueAt ?? edited.CreatedAt);
        return edited with { SeriesId = anchor is null ? null : Guid.CreateVersion7(), SeriesStart = anchor, Occurrence = anchor };
    }

    /// <summary>Names of the fields that differ.</summary>
    public static IReadOnlyList<string> Differences(TaskSnapshot before, TaskSnapshot after)
    {
        var names = new List<string>();
        Add("title", before.Title != after.Title);
        Add("description", before.Description != after.Description);
        Add("priority", before.Priority != after.Priority);
        Add("dueAt", before.DueAt != after.DueAt);
        Add("recurrenceRule", before.RecurrenceRule != after.RecurrenceRule);
        Add("categoryId", before.CategoryId != after.CategoryId);
        Add("tagIds", !before.TagIds!.SequenceEqual(after.TagIds!));
        return names;

        void Add(string name, bool differs)
        {
            if (differs)
            {
                names.Add(name);
            }
        }
    }

    /// <summary>The database keeps microseconds; comparing finer times would see changes that are none.</summary>
    private static DateTimeOffset? Microseconds(DateTimeOffset? time) =>
        time is { } value ? new DateTimeOffset(value.UtcTicks - value.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero) : null;
}
