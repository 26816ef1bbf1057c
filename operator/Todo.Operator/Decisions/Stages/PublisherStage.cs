using Todo.Operator.Topology;

namespace Todo.Operator.Decisions.Stages;

/// <summary>Publishers move to the target, one Deployment at a time, each watched for a while before the next; on the way back all at once.</summary>
internal static class PublisherStage
{
    public static Gate? Evaluate(Turn turn)
    {
        var s = turn.Situation;
        List<(ServiceView Service, TemplateFlags Flags)> wanted = [.. Order(s).Select(v => (v, Wanted(s, v)))];
        var next = wanted.FindIndex(w => w.Service.Template != w.Flags);
        var moved = wanted.Where(w => w.Service.Template == w.Flags).Select(w => w.Service).ToList();
        if (next < 0 && turn.Memory.PublishersBackAt is not null)
        {
            // Confirmed before: what is rolling now is a later gate's doing.
            return null;
        }

        if (!turn.RollingBack && turn.Memory.FinishedAt is null && Soaking(turn, moved, next >= 0) is { } soak)
        {
            return soak with { Done = moved.Count - 1, Total = wanted.Count };
        }

        if (next >= 0 && turn.Roll(Stage.Publishers, wanted, together: turn.RollingBack) is { } gate)
        {
            return gate;
        }

        // Judged by the pods that serve: a rollout that is stuck on its way to another template must not hold up the way back.
        var silent = wanted.Find(w => !Confirmed(s, w.Service)).Service;
        if (silent is not null)
        {
            return Gate.Wait(Stage.Publishers, $"{silent.App.Deployment}: waiting for its pods to say that they publish to {s.PublishTarget(silent) ?? Transport.DirectName}.", wanted.Count(w => Confirmed(s, w.Service)), wanted.Count);
        }

        if (turn.Memory is { Reason: MoveReason.Spec, FinishedAt: null } && !IsGood(turn, moved))
        {
            return Gate.Wait(Stage.Publishers, $"Watching all publishers on the target. {turn.Memory.Analysis.Message}", wanted.Count, wanted.Count);
        }

        turn.Memory = turn.Memory with { PublishersBackAt = turn.Memory.PublishersBackAt ?? turn.Now };
        return null;
    }

    /// <summary>The job's owner is the last on the way in and the first on the way out.</summary>
    private static IEnumerable<ServiceView> Order(Situation s) =>
        s.Goal.ThroughDapr(ServiceId.Notification) ? s.Services : s.Services.OrderByDescending(v => v.Id == ServiceId.Notification);

    private static TemplateFlags Wanted(Situation s, ServiceView service)
    {
        var target = s.PublishTarget(service);
        return service.Template with
        {
            PublishesTo = target,

            // For a service that consumes nothing the variable is left at its default, which follows USE_DAPR.
            ConsumesDirect = service.App.IsConsumer ? service.Template.ConsumesDirect : target is null,
        };
    }

    private static bool Confirmed(Situation s, ServiceView service)
    {
        var name = s.PublishTarget(service) ?? Transport.DirectName;
        return service.Serving.Any() && service.Serving.All(p => p.Report.Is(r => r.PublishesTo == name));
    }

    /// <summary>Only a service whose pods were started for this move is watched; one that has been there all along has proven itself.</summary>
    private static IEnumerable<ServiceView> Watched(Turn turn, List<ServiceView> moved) => moved.Where(v =>
        v.Converged
        && v.Serving.Any(p => p.ReadySince >= turn.Memory.StartedAt)
        && !(turn.Memory.Promoted is { } skip && v.Serving.All(p => p.ReadySince <= skip.Since)));

    private static Gate? Soaking(Turn turn, List<ServiceView> moved, bool more) =>
        Watched(turn, moved).FirstOrDefault(v => turn.Now - v.Serving.Max(p => p.ReadySince ?? turn.Now) < turn.Observed.Options.Soak) is { } service
            ? Gate.Wait(Stage.Publishers, $"Watching {service.App.Deployment}{(more ? " before the next one" : string.Empty)}.", 0, 0)
            : null;

    /// <summary>The last publisher is judged like those before it: what the move leaves is not touched before the figures with everybody on the target are good.</summary>
    private static bool IsGood(Turn turn, List<ServiceView> moved)
    {
        var newest = Watched(turn, moved).SelectMany(v => v.Serving).Max(p => p.ReadySince);
        return newest is null || (turn.Memory.Analysis is { Verdict: Verdict.Successful, At: { } at } && at > newest);
    }
}
