using System.Diagnostics;
using Todo.Operator.Decisions;
using Todo.Operator.Execution;
using Todo.Operator.Generation;
using Todo.Operator.Preflight;
using Todo.Operator.Topology;

namespace Todo.Operator.Telemetry;

/// <summary>
/// The spans of a visit below the runtime's own (<c>reconcile todoplatform</c>): what was checked and what was done. Requests are .NET's own spans. Names stay few; what differs is in attributes.
/// </summary>
internal static class PlatformTracing
{
    public const string SourceName = "Todo.Operator";

    private const string Kept = SourceName + ".Kept";

    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>The visit that a span belongs to.</summary>
    public static Activity RootOf(Activity activity)
    {
        while (activity.Parent is { } parent)
        {
            activity = parent;
        }

        return activity;
    }

    /// <summary>Something was done in the present visit: its trace is worth sending.</summary>
    public static void Keep(Activity? activity)
    {
        if (activity is not null)
        {
            RootOf(activity).SetCustomProperty(Kept, Kept);
        }
    }

    public static bool IsKept(Activity root) => root.GetCustomProperty(Kept) is not null;

    /// <summary>Writes on the present visit what it was decided to be: a move is found by its epoch.</summary>
    public static void Decided(Decision decision)
    {
        if (Activity.Current is not { IsAllDataRequested: true } visit)
        {
            return;
        }

        visit.SetTag("todoplatform.phase", decision.Phase.ToString())
            .SetTag("todoplatform.stage", decision.Stage.ToString())
            .SetTag("todoplatform.move.epoch", decision.Memory.Epoch)
            .SetTag("todoplatform.move.from", decision.Memory.From?.ToString())
            .SetTag("todoplatform.move.target", decision.Memory.Target?.ToString());
    }

    /// <summary>Begins the span of an action.</summary>
    public static Activity? Start(PlatformAction action, GenerationContext context) => !Source.HasListeners() ? null : action switch
    {
        ApplyObject apply => Start($"apply {apply.Key.Kind}", apply.Key, context),
        ReleaseObject release => Start($"release {release.Key.Kind}", release.Key, context),
        DeleteObject delete => Start($"delete {delete.Key.Kind}", delete.Key, context),
        SetTemplate set => Begin("apply Deployment")?
            .SetTag("k8s.deployment.name", App(context, set.Service).Deployment)
            .SetTag("todoplatform.service", App(context, set.Service).AppId)
            .SetTag("todoplatform.sidecar", set.Flags.Sidecar)
            .SetTag("todoplatform.publishes_to", set.Flags.PublishesTo ?? "direct")
            .SetTag("todoplatform.consumes_direct", set.Flags.ConsumesDirect),
        SendProbe probe => Begin("order probe")?.SetTag("todoplatform.service", App(context, probe.Service).AppId).SetTag("todoplatform.via", probe.Via),
        SendFiller filler => Begin("order filler")?.SetTag("todoplatform.service", App(context, filler.Service).AppId).SetTag("todoplatform.via", filler.Via),
        ReplayEvents replay => Begin("order replay")?.SetTag("todoplatform.broker", replay.Broker.Name()),
        ReplayDead => Begin("order replay of dead events"),
        StartJob start => Begin("order job start")?.SetTag("k8s.pod.name", start.Pod),
        StopJob stop => Begin("order job stop")?.SetTag("k8s.pod.name", stop.Pod),
        _ => null,
    };

    /// <summary>Writes down what became of an action.</summary>
    public static void Ended(Activity? span, Outcome outcome)
    {
        span?.SetTag("todoplatform.outcome", outcome.Done ? "done" : outcome.Problem is null ? "not yet" : "failed")
            .SetStatus(outcome.Done ? ActivityStatusCode.Ok : outcome.Problem is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, outcome.Problem);
    }

    /// <summary>Begins the span of all checks.</summary>
    public static Activity? StartPreflight() => Begin("preflight");

    /// <summary>Begins the span of one check.</summary>
    public static Activity? StartCheck(string name) => Source.StartActivity($"check {name}");

    /// <summary>Writes down what was found.</summary>
    public static void Ended(Activity? span, IReadOnlyList<CheckResult> findings)
    {
        if (span is null)
        {
            return;
        }

        var worst = findings.Count == 0 ? CheckOutcome.Passed : findings.Max(f => f.Outcome);
        var isError = worst is CheckOutcome.Failed or CheckOutcome.Unknown;
        var bad = findings.Where(f => f.Outcome == worst).Select(f => $"[{f.Name}] {f.Message}");
        span.SetTag("todoplatform.check.result", worst.ToString()).SetTag("todoplatform.check.findings", findings.Count)
            .SetStatus(isError ? ActivityStatusCode.Error : ActivityStatusCode.Ok, isError ? string.Join(' ', bad) : null);
    }

    private static Activity? Start(string name, GeneratedKey key, GenerationContext context) => Begin(name)?
        .SetTag("k8s.object.kind", key.Kind.ToString())
        .SetTag("k8s.object.name", key.Name)
        .SetTag("todoplatform.service", App(context, key.App).AppId);

    private static Activity? Begin(string name)
    {
        var activity = Source.StartActivity(name);
        Keep(activity);
        return activity;
    }

    private static AppDefinition App(GenerationContext context, ServiceId service) => context.Apps.First(a => a.Id == service);
}
