using Kubernetes.Operator.Events;
using Todo.Operator.Resource;

namespace Todo.Operator.Status;

/// <summary>What is new about the checks since the status that the platform had: one Event for all of it.</summary>
internal static class PreflightNews
{
    private static readonly (string Result, EventType Type, string Reason)[] Bad =
    [
        ("Failed", EventType.Warning, "PreflightFailed"),
        ("Unknown", EventType.Warning, "PreflightUnknown"),
        ("Warning", EventType.Warning, "PreflightWarning"),
        ("Skipped", EventType.Warning, "PreflightSkipped"),
    ];

    /// <summary>Null when every check has the result that it had.</summary>
    public static (EventType Type, string Reason, string Note)? Of(IReadOnlyList<PreflightStatus>? before, IReadOnlyList<PreflightStatus>? now)
    {
        var had = (before ?? []).ToDictionary(c => c.Name, c => c.Result, StringComparer.Ordinal);
        var changed = (now ?? []).Where(c => had.GetValueOrDefault(c.Name) != c.Result).ToList();
        foreach (var (result, type, reason) in Bad)
        {
            var worse = changed.Where(c => c.Result == result).ToList();
            if (worse.Count > 0)
            {
                return (type, reason, string.Join(" ", worse.Select(c => $"[{c.Name}] {c.Message}")));
            }
        }

        // Only the results of checks that stood in the way are good news.
        var better = changed.Where(c => had.GetValueOrDefault(c.Name) is "Failed" or "Unknown").ToList();
        return before is null && now is not null ? (EventType.Normal, "PreflightPassed", $"{now.Count} checks passed.")
            : better.Count > 0 ? (EventType.Normal, "PreflightPassed", $"Now passed: {string.Join(", ", better.Select(c => c.Name))}.")
            : null;
    }
}
