namespace Todo.Operator.Decisions.Stages;

/// <summary>
/// Pods that were started with an older content of a Secret are started anew, one Deployment after the other: the next one only when the last is back and has been watched. It is
/// the first gate, because pods with an older management token cannot be asked anything. A Secret's old content is not known, so there is no way back: it stops at
/// the first service that does not come back, and goes on with that one when the Secret is put right.
/// </summary>
internal static class RotationStage
{
    public static Gate? Evaluate(Turn turn)
    {
        var s = turn.Situation;
        var back = turn.Memory is { FinishedAt: null, Reason: not MoveReason.Spec };
        var due = s.Services.Where(v => v.Deployment is not null && IsDue(turn, v, back)).ToList();
        var done = s.Services.Count - due.Count;
        if (due.Count == 0)
        {
            // The last one has to be back too, and if it is not, this is what to say.
            return turn.Memory.Step?.Name.StartsWith(nameof(Stage.Rotation), StringComparison.Ordinal) == true ? Returning.Wait(turn, Stage.Rotation, done, s.Services.Count) : null;
        }

        if (back)
        {
            return Gate.Act(Stage.Rotation, $"Restarting {string.Join(", ", due.Select(v => v.App.Deployment))} with the new management token.", [.. due.Select(v => turn.Set(v, v.Template))], done, s.Services.Count);
        }

        // One that did not come back goes first: what has changed again may be what mends it.
        var next = due.Find(v => v.App.AppId == Returning.Announced(turn)) ?? due.OrderBy(v => v.Converged ? 1 : 0).First();
        if (due.TrueForAll(v => v.App.AppId != turn.Memory.Edited?.App) && Returning.Wait(turn, Stage.Rotation, done, s.Services.Count) is { } wait)
        {
            return wait;
        }

        if (s.Services.FirstOrDefault(v => !v.Converged && !due.Contains(v)) is { } rolling)
        {
            return Turn.Rolling(Stage.Rotation, rolling, done, s.Services.Count);
        }

        var restart = Gate.Act(
            Stage.Rotation,
            $"Restarting {next.App.Deployment}: the content of {string.Join(", ", Rotation.Changed(turn.Observed, turn.Memory, next))} has changed.",
            [turn.Set(next, next.Template)],
            done,
            s.Services.Count);
        return Returning.Take(turn, next, restart);
    }

    /// <summary>On the way back time counts, and new templates bring new content anyway; but what refuses the operator's token would be waited for in vain.</summary>
    private static bool IsDue(Turn turn, ServiceView service, bool back) =>
        Rotation.Changed(turn.Observed, turn.Memory, service) is { Count: > 0 } changed && (!back || changed.Contains(turn.Observed.TokenSecret));
}
