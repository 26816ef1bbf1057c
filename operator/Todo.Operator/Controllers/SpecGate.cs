using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Operator.Conditions;
using Todo.Operator.Preflight;
using Todo.Operator.Resource;

namespace Todo.Operator.Controllers;

/// <summary>
/// A spec whose fields do not fit together changes nothing, whether or not it asks for a move: what would be generated from it is what must not be written. It can get here
/// past an API server without CEL, or with a resource that is older than a rule.
/// </summary>
public static class SpecGate
{
    private const string Reason = "InvalidSpec";
    private const string Check = "spec";

    private static readonly string[] Others =
        ["Available", "ComponentsReady", "SidecarsReady", "Migrated", "AnalysisPassed", "Drained", "Paused", "RolledBack"];

    /// <summary>What is wrong, as a status; null when the spec may be worked on. Deletion asks nothing of the spec.</summary>
    public static TodoPlatformStatus? Refuse(V1Alpha1TodoPlatform platform, TimeProvider time)
    {
        var broken = SpecRules.Broken(platform.Spec);
        if (broken.Count == 0 || platform.IsDeleting() || SkippedChecks.Of(platform).Contains(Check))
        {
            return null;
        }

        var message = string.Join(" ", broken.Select(b => $"{b.Field}: {b.Message}"));
        return (platform.Status ?? new TodoPlatformStatus()) with
        {
            ObservedGeneration = platform.Generation(),
            Phase = "Preflight",
            Stage = "Preflight",
            Message = message,
            Progress = null,
            Preflight = [.. SpecCheck.Findings(broken).Select(f => new PreflightStatus { Name = f.Name, Result = f.Outcome.ToString(), Message = f.Message })],
            Conditions = Conditions(platform, message, time),
        };
    }

    /// <summary>The platform with a broker that exists, so that deletion can be worked out whatever the spec says.</summary>
    public static V1Alpha1TodoPlatform Readable(V1Alpha1TodoPlatform platform) =>
        platform.Spec.Broker is "kafka" or "redis" ? platform : platform with { Spec = platform.Spec with { Broker = "kafka" } };

    private static List<V1Condition> Conditions(V1Alpha1TodoPlatform platform, string message, TimeProvider time)
    {
        var set = new ConditionSet(platform.Status?.Conditions, platform.Generation(), time);
        foreach (var type in Others)
        {
            set.Ensure(type);
        }

        set.Set("Progressing", false, Reason, message);
        set.Set("PreflightPassed", false, Reason, message);
        set.Set("Degraded", true, Reason, message);
        return [.. set.ToList()];
    }
}
