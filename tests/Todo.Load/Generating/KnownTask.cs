using Todo.Load.Journaling;

namespace Todo.Load.Generating;

/// <summary>A task as its last acknowledged request left it.</summary>
internal sealed record KnownTask(User User, string Tag, TaskKind Kind, long Id, TaskFields Fields)
{
    public bool CanUpdate => Kind != TaskKind.DueSoon;

    public bool CanComplete => !Fields.Completed && Kind != TaskKind.DueSoon;

    /// <summary>Not those of a series: the account looks for what follows the completed one.</summary>
    public bool CanDelete => Kind == TaskKind.OneOff;
}
