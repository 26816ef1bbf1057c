using Todo.Operator.Decisions;
using Todo.Operator.Generation;

namespace Todo.Operator.Preflight;

/// <summary>What the checks are about.</summary>
/// <param name="Generation">The spec and names.</param>
/// <param name="Observed">The snapshot, with the pods' answers.</param>
public sealed record PreflightContext(GenerationContext Generation, Observed Observed)
{
    /// <summary>Checks that are left out.</summary>
    public SkippedChecks Skipped { get; init; } = SkippedChecks.None;
}
