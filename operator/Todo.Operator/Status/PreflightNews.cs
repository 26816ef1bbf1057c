using Kubernetes.Operator.Events;
using Todo.Operator.Resource;

namespace Todo.Operator.Status;

/// <summary>What is new about the checks since the status that the platform had: one Event for each sort of change, so that none hides behind a worse one.</summary>
internal static class PreflightNews
{
    private const string Passed = "Passed";
    private const string ReasonPassed = "PreflightPassed";

    private static readonly (string Result, string Reason)[] Bad =
        [("Failed", "PreflightFailed"), ("Unknown", "PreflightUnknown"), ("Warning", "PreflightWarning"), ("Skipped", "PreflightSkipped")];

    /// <summary>Nothing when every check has the result that it had.</summary>
    public static IEnumerable<(EventType Type, string Reason, string Note)> Of(IReadOnlyList<PreflightStatus>? before, IReadOnlyList<PreflightStatus>? now)
    {
        var (had, has) = (before ?? [], now ?? []);
        if (has.Count == 0)
        {
            var withdrawn = had.Where(c => Findings.StandsInTheWay(c.Result)).ToList();
            return withdrawn.Count == 0 ? [] : [(EventType.Normal, "PreflightWithdrawn", $"No longer asked for: {Names(withdrawn)}.")];
        }

        var results = had.ToDictionary(c => c.Name, c => c.Result, StringComparer.Ordinal);
        var changed = has.Where(c => results.GetValueOrDefault(c.Name) != c.Result).ToList();
        var worse = Bad.Select(b => (b.Reason, Checks: changed.Where(c => c.Result == b.Result).ToList()))
            .Where(b => b.Checks.Count > 0)
            .Select(b => (EventType.Warning, b.Reason, string.Join(" ", b.Checks.Select(c => $"[{c.Name}] {c.Message}"))));
        return [.. worse, .. Good(had, has)];
    }

    private static IEnumerable<(EventType Type, string Reason, string Note)> Good(IReadOnlyList<PreflightStatus> had, IReadOnlyList<PreflightStatus> has)
    {
        if (had.Count == 0)
        {
            return has.Any(c => Findings.StandsInTheWay(c.Result)) ? [] : [(EventType.Normal, ReasonPassed, $"{has.Count(c => c.Result == Passed)} checks passed.")];
        }

        var better = had.Where(c => c.Result != Passed && HasPassed(c.Name, has)).ToList();
        return better.Count == 0 ? [] : [(EventType.Normal, ReasonPassed, $"Now passed: {Names(better)}.")];
    }

    /// <summary>
    /// A check has findings of its own only where there is something to tell: one that is gone is put right, unless the check was left out, could not be made, or tells more about it.
    /// </summary>
    private static bool HasPassed(string name, IReadOnlyList<PreflightStatus> has) =>
        has.FirstOrDefault(c => c.Name == name) is { } same ? same.Result == Passed : !has.Any(c => c.Result != Passed && (IsBelow(name, c.Name) || IsBelow(c.Name, name)));

    private static bool IsBelow(string name, string above) => name.StartsWith($"{above}/", StringComparison.Ordinal);

    private static string Names(IEnumerable<PreflightStatus> checks) => string.Join(", ", checks.Select(c => c.Name));
}
