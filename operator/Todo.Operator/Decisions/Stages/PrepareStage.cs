using Todo.Operator.Topology;

namespace Todo.Operator.Decisions.Stages;

/// <summary>
/// Resiliency, Configuration and Components of every app that will use Dapr exist before its first sidecar, and before anything
/// names them. An edit of Resiliency or Configuration restarts the sidecars in its scope, and one of a Component closes its connections before it opens them
/// anew, so both go one app at a time. A Component's edit always is one of the way to the same broker: another broker has Components of its own.
/// </summary>
internal static class PrepareStage
{
    public static Gate? Evaluate(Turn turn)
    {
        var s = turn.Situation;
        var apps = s.Services.Where(v => s.Goal.ThroughDapr(v.Id)).ToList();
        var wanted = apps.SelectMany(a => Wanted(s, a)).ToList();
        var done = wanted.Count(k => s.Existing(k) is { Deleting: false, Current: true });

        if (wanted.Exists(k => s.Existing(k) is { Deleting: true }))
        {
            return Gate.Wait(Stage.Prepare, "A generated object is still being deleted.", done, wanted.Count);
        }

        // New objects disturb nobody. Policies before Components, so that no sidecar ever runs a Component without its policy.
        var missing = wanted.Where(k => s.Existing(k) is null).ToList();
        var first = missing.Where(k => k.Kind is GeneratedKind.Resiliency or GeneratedKind.Configuration).ToList();
        if (missing.Count > 0)
        {
            var next = first.Count > 0 ? first : missing;
            return Gate.Act(Stage.Prepare, $"Creating {next.Count} Dapr resources.", [.. next.Select(k => new ApplyObject(k))], done, wanted.Count);
        }

        var stale = wanted.Where(k => s.Existing(k) is { Current: false }).ToList();
        var urgent = stale.Where(k => Service(s, k).App.AppId == Returning.Urgent(turn)).ToList();
        if (urgent.Count > 0)
        {
            return Edit(turn, urgent, done, wanted.Count);
        }

        // An app that leaves Dapr has no sidecars to come back.
        var returning = apps.Exists(a => a.App.AppId == turn.Memory.Edited?.App) ? Returning.Wait(turn, Stage.Prepare, done, wanted.Count) : null;
        return returning ?? Edit(turn, stale, done, wanted.Count);
    }

    private static Gate? Edit(Turn turn, List<GeneratedKey> stale, int done, int total)
    {
        var s = turn.Situation;
        if (stale.Count == 0)
        {
            return null;
        }

        // Back to what worked: what does not come back is waited for in vain, and its edit may be what mends it.
        if (turn.RollingBack)
        {
            return Gate.Act(Stage.Prepare, $"Restoring {string.Join(", ", stale.Select(k => $"{k.Kind} {k.Name}"))}.", [.. stale.Select(k => new ApplyObject(k))], done, total);
        }

        if (s.Services.FirstOrDefault(v => !v.Converged && v.App.AppId != Returning.Urgent(turn)) is { } rolling)
        {
            return Gate.Wait(Stage.Prepare, $"Waiting for {rolling.App.Deployment} before {stale[0].Name} is changed.", done, total);
        }

        // An app's policies together: each edit restarts its sidecars. Then the ways to its brokers.
        var first = stale.Find(k => k.Broker is null) ?? stale[0];
        List<GeneratedKey> next = [.. stale.Where(k => k.App == first.App && k.Broker is null == first.Broker is null)];
        var edit = Gate.Act(Stage.Prepare, $"Updating {string.Join(", ", next.Select(k => $"{k.Kind} {k.Name}"))}.", [.. next.Select(k => new ApplyObject(k))], done, total);
        return Returning.Take(turn, Service(s, first), edit);
    }

    private static ServiceView Service(Situation s, GeneratedKey key) => s.Services.First(v => v.Id == key.App);

    private static IEnumerable<GeneratedKey> Wanted(Situation s, ServiceView app) =>
        s.Observed.Generated.Where(k => k.App == app.Id && k.Kind != GeneratedKind.Subscription && (k.Broker is null || k.Broker == s.Goal.Broker));
}
