using Kubernetes.Client.Entities;
using Todo.Operator.Decisions;
using Todo.Operator.Preflight;
using Todo.Operator.Resource;

namespace Todo.Operator.Controllers;

/// <summary>
/// A spec whose fields do not fit together changes nothing, whether or not it asks for a move: what would be generated from it is what must not be written. It can get here
/// past an API server without CEL, or with a resource that is older than a rule. What can be seen is seen all the same, and the other checks are made.
/// </summary>
public static class SpecGate
{
    private const string Check = "spec";

    /// <summary>What is wrong; null when the spec may be worked on. Deletion asks nothing of the spec.</summary>
    public static SpecRefusal? Refuse(V1Alpha1TodoPlatform platform)
    {
        if (platform.IsDeleting())
        {
            return null;
        }

        var skipped = SkippedChecks.Of(platform);
        var broken = SpecRules.Broken(platform.Spec);
        var findings = SpecCheck.Findings(broken).Select(f => skipped.Contains(f.Name) ? CheckResult.Skipped(f.Name) : f).ToList();
        var failed = findings.Where(f => f.Outcome == CheckOutcome.Failed).Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        return failed.Count == 0 ? null : new SpecRefusal(
            string.Join(" ", broken.Where(b => failed.Contains(SpecCheck.NameOf(b.Field))).Select(b => $"{b.Field}: {b.Message}")),
            findings);
    }

    /// <summary>The platform with a broker that exists, so that it can be looked at, and deletion worked out, whatever the spec says.</summary>
    public static V1Alpha1TodoPlatform Readable(V1Alpha1TodoPlatform platform) =>
        platform.Spec.Broker is "kafka" or "redis" ? platform : platform with { Spec = platform.Spec with { Broker = "kafka" } };

    /// <summary>The findings about the spec as it was written, and those of all other checks.</summary>
    public static IReadOnlyList<CheckResult> Findings(SpecRefusal refusal, IEnumerable<CheckResult> made) =>
        [.. refusal.Findings, .. made.Where(c => c.Name != Check && !c.Name.StartsWith(Check + "/", StringComparison.Ordinal))];

    /// <summary>Nothing is done.</summary>
    public static Decision Hold(SpecRefusal refusal, MoveMemory memory) => new() { Phase = Phase.Preflight, Stage = Stage.Preflight, Message = refusal.Message, Memory = memory };
}

/// <summary>Why a spec is not worked on.</summary>
/// <param name="Message">The fields and what is wrong with them.</param>
/// <param name="Findings">One for each field; those included that are left out on request.</param>
public sealed record SpecRefusal(string Message, IReadOnlyList<CheckResult> Findings);
