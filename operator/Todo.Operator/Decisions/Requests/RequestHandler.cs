using Todo.Operator.Analysis;

namespace Todo.Operator.Decisions.Requests;

/// <summary>
/// What a request does to the memory. Effect and acknowledgement are one write of status, so a request is taken up once whatever crashes. One that makes no
/// sense now is acknowledged with the reason and changes nothing: it must not come true an hour later.
/// </summary>
public static class RequestHandler
{
    /// <summary>The next request about the move that was not taken up yet; none while nothing may be changed.</summary>
    public static PlatformRequest? Next(Observed observed) => New(observed).Where(r => r.Kind != RequestKind.ReplayDead).OrderBy(r => r.Kind).FirstOrDefault();

    /// <summary>What is to be done for a request that is no matter of the move. It is acknowledged when a service has answered: sent twice, the order does nothing more.</summary>
    public static ReplayDead? Order(Observed observed) =>
        observed.Claims.Count == 0 && New(observed).FirstOrDefault(r => r.Kind == RequestKind.ReplayDead) is { } request ? new ReplayDead(request.Token) : null;

    /// <summary>The memory after it.</summary>
    public static MoveMemory Take(Observed observed, MoveMemory memory, PlatformRequest request)
    {
        var (next, result) = request.Kind switch
        {
            RequestKind.Abort => Abort(observed, memory, request.Token),
            RequestKind.Rollback => Rollback(observed, memory, request.Token),
            RequestKind.Retry => Retry(observed, memory),
            _ => Promote(observed, memory),
        };
        return next with { Acknowledged = memory.Acknowledged.SetItem(request.Kind, new Acknowledgement(request.Token, observed.Now, result)) };
    }

    private static IEnumerable<PlatformRequest> New(Observed observed) =>
        observed.Deleting || observed.Paused || observed.PlanOnly ? [] : observed.Requests.Where(r => observed.Memory.Acknowledged.GetValueOrDefault(r.Kind)?.Token != r.Token);

    private static (MoveMemory, string) Abort(Observed observed, MoveMemory memory, string token)
    {
        if (memory.Target is null || memory.FinishedAt is not null)
        {
            return (memory, "Refused: no move is under way. platform.todo.io/rollback goes back from a finished one.");
        }

        if (memory.Reason != MoveReason.Spec)
        {
            return (memory, $"Refused: already on the way back to {memory.Target}.");
        }

        return memory.Target.Equals(memory.LastGood) && !observed.OtherSettingsWorked
            ? (memory, $"Refused: the move leads to {memory.LastGood}, the last good transport, so there is nowhere else to go back to.")
            : (memory with { Failure = observed.Fail(Failure.Aborted, $"Aborted on request ({token}) at {memory.Step?.Name ?? "the start"}.") },
                $"Going back to {memory.LastGood}.");
    }

    private static (MoveMemory, string) Rollback(Observed observed, MoveMemory memory, string token)
    {
        if (memory is { Reason: MoveReason.Spec, FinishedAt: null, Target: not null })
        {
            return (memory, "Refused: a move is under way. platform.todo.io/abort goes back from it.");
        }

        if (memory.Reason != MoveReason.Spec || memory.Target is null)
        {
            return (memory, memory.Target is null ? "Refused: there was no move yet." : $"Refused: it goes back to {memory.Target} already, or is there.");
        }

        return memory.PreviousGood is not { } previous || previous.Equals(memory.Target)
            ? (memory, "Refused: no transport before the present one is known.")
            : (memory with
            {
                LastGood = previous,
                PreviousGood = null,
                Failure = observed.Fail(Failure.RollbackRequested, $"Rolled back on request ({token}) until the spec asks for something else."),
            }, $"Going back to {previous}.");
    }

    private static (MoveMemory, string) Retry(Observed observed, MoveMemory memory)
    {
        if (observed.HasFailed(memory))
        {
            return (Afresh(observed, memory) with { Failure = null }, $"Trying {observed.Wanted} again.");
        }

        return AnalysisRule.IsExhausted(memory, observed.Options.Analysis)
            ? (Afresh(observed, memory), "Measuring again.")
            : (memory, "Refused: what the spec asks for has not failed.");
    }

    /// <summary>Whether a frozen move can go on without the figures that froze it. What does not come about cannot be passed over.</summary>
    internal static bool IsPromotable(MoveMemory memory) => memory is { Reason: MoveReason.Spec, Failure.Reason: Failure.AnalysisFailed or Failure.AnalysisError };

    private static (MoveMemory, string) Promote(Observed observed, MoveMemory memory)
    {
        var frozen = IsPromotable(memory) && observed.HasFailed(memory);
        var watched = memory is { FinishedAt: null, Reason: MoveReason.Spec, Step: { } step } && step.Name.StartsWith(nameof(Stage.Publishers), StringComparison.Ordinal);
        return frozen || watched || AnalysisRule.IsExhausted(memory, observed.Options.Analysis)
            ? (Afresh(observed, memory) with
            {
                Failure = null,
                Step = memory.Step,
                Promoted = new Step(memory.Step?.Name ?? string.Empty, observed.Now),
            }, $"Not watching {memory.Step?.Name ?? "this step"} any longer.")
            : (memory, "Refused: nothing is being watched. Only the watching of a moved publisher can be cut short; probe and drain cannot.");
    }

    /// <summary>With new clocks and nothing counted: restarts of the past speak no more against it than figures of the past.</summary>
    private static MoveMemory Afresh(Observed observed, MoveMemory memory) =>
        memory with { Analysis = AnalysisTally.None, Step = null, Promoted = null, RestartsBefore = Health.Restarts(observed) };
}
