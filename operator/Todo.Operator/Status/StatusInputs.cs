using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Preflight;
using Todo.Operator.Resource;

namespace Todo.Operator.Status;

/// <summary>What a status is made from.</summary>
public sealed record StatusInputs
{
    /// <summary>The status as it was.</summary>
    public required TodoPlatformStatus? Previous { get; init; }

    /// <summary>Spec and names.</summary>
    public required GenerationContext Context { get; init; }

    /// <summary>The snapshot that was decided on.</summary>
    public required Observed Observed { get; init; }

    /// <summary>The decision.</summary>
    public required Decision Decision { get; init; }

    /// <summary>What status shall remember.</summary>
    public required MoveMemory Memory { get; init; }

    /// <summary>The checks, when they were made now.</summary>
    public IReadOnlyList<CheckResult>? Checks { get; init; }

    /// <summary>The fields of the spec do not fit together, and so it is not worked on.</summary>
    public bool IsRefused { get; init; }

    /// <summary>What could not be done.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>What would be changed, with planOnly.</summary>
    public IReadOnlyList<PlanEntry>? Plan { get; init; }
}
