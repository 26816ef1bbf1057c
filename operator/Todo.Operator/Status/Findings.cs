using Todo.Operator.Decisions;
using Todo.Operator.Resource;

namespace Todo.Operator.Status;

/// <summary>What the checks have found, for as long as it is about something that is asked for.</summary>
internal static class Findings
{
    /// <summary>The findings for status.</summary>
    public static IReadOnlyList<PreflightStatus>? Of(StatusInputs inputs) =>
        inputs.Checks is { } checks ? [.. checks.Select(c => new PreflightStatus { Name = c.Name, Result = c.Outcome.ToString(), Message = c.Message })]
        : AreWithdrawn(inputs) ? null
        : inputs.Previous?.Preflight;

    /// <summary>
    /// No check is due, and those that were made last stood in the way: of something that is not asked for any more. What a pause, another platform or an older one holds up is still asked for.
    /// </summary>
    public static bool AreWithdrawn(StatusInputs inputs) =>
        inputs.Checks is null
        && inputs.Previous?.Preflight?.Any(c => StandsInTheWay(c.Result)) == true
        && !Engine.NeedsPreflight(inputs.Observed with { Paused = false, WaitsFor = null, Claims = [] });

    /// <summary>Whether a finding with this result holds a move.</summary>
    public static bool StandsInTheWay(string? result) => result is "Failed" or "Unknown";
}
