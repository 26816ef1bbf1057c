using Kubernetes.Client.Models;
using Kubernetes.Operator.Conditions;
using Todo.Operator.Decisions;
using Todo.Operator.Preflight;
using Todo.Operator.Topology;

namespace Todo.Operator.Status;

/// <summary>
/// The conditions: all there from the first visit, each with a reason, so that <c>kubectl wait</c> ends on either outcome of a move.
/// </summary>
internal static class Conditions
{
    private const string InvalidSpec = "InvalidSpec";

    public static IReadOnlyList<V1Condition> Of(StatusInputs inputs, TimeProvider time)
    {
        var (observed, decision, memory) = (inputs.Observed, inputs.Decision, inputs.Memory);
        var set = new ConditionSet(inputs.Previous?.Conditions, observed.Generation, time);
        var finished = memory.FinishedAt is not null;
        var moving = !finished && memory.Epoch > 0 && decision.Phase is not (Phase.Paused or Phase.Preflight or Phase.Pending) && observed.Claims.Count == 0;

        Available(set, observed);
        set.Set("Progressing", moving, moving ? decision.Stage.ToString() : inputs.IsRefused ? InvalidSpec : decision.Phase == Phase.Pending ? "WaitingForOthers" : decision.Phase.ToString(), decision.Message);
        Preflight(set, inputs);
        Gate(set, "ComponentsReady", decision, memory, Stage.Prepare);
        Gate(set, "SidecarsReady", decision, memory, Stage.Sidecars);
        AtRest(set, inputs);

        var migrated = finished && memory.Reason == MoveReason.Spec && decision.Stage == Stage.Done;
        set.Set("Migrated", migrated, migrated ? "TargetReached" : inputs.IsRefused ? InvalidSpec : decision.Phase.ToString(), decision.Message);
        Analysis(set, memory);
        Gate(set, "Drained", decision, memory, Stage.Drain);
        Paused(set, observed, decision, memory);

        // About what is asked for now: what is still being checked is not "rolled back" because something before it was.
        var rolledBack = finished && memory.Reason == MoveReason.Rollback && observed.HasFailed(memory);
        var rollingBack = !finished && memory.Reason == MoveReason.Rollback;
        set.Set(
            "RolledBack",
            rolledBack,
            rolledBack ? memory.Failure?.Reason ?? "Failed" : rollingBack ? "RollingBack" : "NotRolledBack",
            rolledBack || rollingBack ? memory.Failure?.Message ?? string.Empty : string.Empty);

        var fault = Rest.Fault(inputs);
        var degraded = inputs.Problems.Count > 0 || fault is not null || inputs.IsRefused || decision.Phase == Phase.Degraded;
        set.Set("Degraded", degraded, degraded ? Degradation(inputs) : "AsExpected", degraded ? string.Join(" ", inputs.Problems.DefaultIfEmpty(fault ?? decision.Message)) : string.Empty);
        return [.. set.ToList()];
    }

    private static void Paused(ConditionSet set, Observed observed, Decision decision, MoveMemory memory)
    {
        var paused = decision.Phase == Phase.Paused;
        var reason = !paused ? "NotPaused"
            : observed.PlanOnly ? "PlanOnly"
            : observed.Paused ? "SpecPaused"
            : memory.Failure is null ? "Inconclusive" : "OnFailure";
        set.Set("Paused", paused, reason, paused ? decision.Message : string.Empty);
    }

    private static string Degradation(StatusInputs inputs) =>
        inputs.Problems.Count > 0 ? "WriteRefused" : inputs.IsRefused ? InvalidSpec : Rest.Fault(inputs) is not null ? Failure.SidecarMissing : inputs.Observed.Claims.Count > 0 ? "DeploymentTaken" : inputs.Memory.Reason == MoveReason.Deletion ? "DeletionStuck" : inputs.Decision.Stage == Stage.Rotation ? "RotationStuck" : "NoProgress";

    private static void Available(ConditionSet set, Observed observed)
    {
        var down = observed.Services.Where(s => s.Deployment is not { Available: true }).Select(s => s.App.Deployment).ToList();
        set.Set("Available", down.Count == 0, down.Count == 0 ? "AllServicesAvailable" : "ServiceUnavailable", down.Count == 0 ? string.Empty : $"Not available: {string.Join(", ", down)}.");
    }

    private static void Preflight(ConditionSet set, StatusInputs inputs)
    {
        if (inputs.Checks is not null)
        {
            // Not known yet is no failure: whoever waits for one or the other goes on waiting.
            var verdict = inputs.Observed.Preflight;
            var failed = inputs.Checks.Any(c => c.Outcome == CheckOutcome.Failed);
            set.Set(
                "PreflightPassed",
                verdict.MayBegin ? true : failed ? false : null,
                verdict.MayBegin ? "AllChecksPassed" : inputs.IsRefused ? InvalidSpec : failed ? "ChecksFailed" : "ChecksPending",
                inputs.IsRefused ? inputs.Decision.Message : verdict.Message);
        }
        else if (Findings.AreWithdrawn(inputs))
        {
            set.Set("PreflightPassed", true, "NoChecksDue", "What stood in the way is not asked for any more.");
        }

        set.Ensure("PreflightPassed");
    }

    /// <summary>A gate counts as passed when a later one is being worked on; one that does not apply to the target is passed too.</summary>
    private static void Gate(ConditionSet set, string type, Decision decision, MoveMemory memory, Stage stage)
    {
        if (memory.Epoch == 0)
        {
            set.Ensure(type);
            return;
        }

        var passed = decision.Stage > stage || memory.FinishedAt is not null;
        var needless = memory.Target is { AnyDapr: false } && stage is Stage.Prepare or Stage.Sidecars;
        set.Set(type, passed, passed ? needless ? "NotNeeded" : "Passed" : "Waiting", passed ? string.Empty : decision.Stage == stage ? decision.Message : $"{decision.Stage} comes first.");
    }

    /// <summary>The gates were passed once; what has become of it since is told too.</summary>
    private static void AtRest(ConditionSet set, StatusInputs inputs)
    {
        if (Rest.NotAsGenerated(inputs) is { Count: > 0 } objects)
        {
            set.Set("ComponentsReady", false, "NotAsGenerated", $"Not as generated: {string.Join(", ", objects)}.");
        }

        if (Rest.WithoutSidecar(inputs) is { Count: > 0 } pods)
        {
            set.Set("SidecarsReady", false, Failure.SidecarMissing, $"No sidecar in {string.Join(", ", pods)}.");
        }
    }

    private static void Analysis(ConditionSet set, MoveMemory memory)
    {
        // A move that has reached its end has passed: what the last look at a quiet drain lacked does not take that back.
        var ended = memory is { Reason: MoveReason.Spec, FinishedAt: not null };
        bool? status = memory.Analysis.Verdict switch
        {
            Verdict.Failed => false,
            Verdict.Successful => true,
            _ => ended ? true : null,
        };
        set.Set("AnalysisPassed", status, status == true ? nameof(Verdict.Successful) : memory.Analysis.Verdict.ToString(), memory.Analysis.Message);
    }
}
