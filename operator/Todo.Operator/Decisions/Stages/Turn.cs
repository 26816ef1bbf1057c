using Todo.Operator.Topology;

namespace Todo.Operator.Decisions.Stages;

/// <summary>One pass over the gates: the facts, and the memory as the gates passed so far have changed it.</summary>
internal sealed class Turn(Situation situation, MoveMemory memory)
{
    public Situation Situation { get; } = situation;

    public Observed Observed => Situation.Observed;

    public Goal Goal => Situation.Goal;

    public DateTimeOffset Now => Observed.Now;

    public MoveMemory Memory { get; set; } = memory;

    public bool RollingBack => Memory.Reason == MoveReason.Rollback;

    /// <summary>
    /// Changes templates, one Deployment at a time: while another Deployment that needs no change is still rolling, nothing else is
    /// begun. One that needs a change may be stuck in the middle of an earlier rollout; it goes first, as the change may be what mends it.
    /// </summary>
    /// <param name="stage">The gate that asks.</param>
    /// <param name="wanted">Per service what its template shall say; services that are not listed stay as they are.</param>
    /// <param name="together">All at once: on the way back time counts more than caution.</param>
    /// <returns>Null when every listed service is on its template and rolled out.</returns>
    public Gate? Roll(Stage stage, IReadOnlyList<(ServiceView Service, TemplateFlags Flags)> wanted, bool together = false)
    {
        var needing = wanted.Where(w => w.Service.Template != w.Flags || w.Service.Deployment is { AnnotationsCurrent: false }).ToList();
        var done = wanted.Count - needing.Count;
        var rolling = Situation.Services.Where(s => !s.Converged && !IsSuperseded(s) && needing.TrueForAll(n => n.Service != s)).ToList();
        if (rolling.Count > 0 && !(together && needing.Count > 0))
        {
            // A rollout that an earlier gate began, or somebody else, has to end first, unless this gate is already satisfied.
            return needing.Count == 0 && !wanted.Any(w => rolling.Contains(w.Service))
                ? null
                : Rolling(stage, rolling[0], done - wanted.Count(w => rolling.Contains(w.Service)), wanted.Count);
        }

        if (needing.Count == 0)
        {
            return null;
        }

        var next = together ? needing : [needing.OrderBy(n => n.Service.Converged ? 1 : 0).First()];
        var missing = next.Find(n => n.Service.Deployment is null).Service;
        return missing is not null
            ? Gate.Wait(stage, $"Deployment {missing.App.Deployment} does not exist.", done, wanted.Count)
            : Gate.Act(
                stage,
                $"Rolling out {string.Join(", ", next.Select(n => n.Service.App.Deployment))}.",
                [.. next.Select(n => Set(n.Service, n.Flags))],
                done,
                wanted.Count);
    }

    /// <summary>The write of one template, with what its new pods are started with.</summary>
    public SetTemplate Set(ServiceView service, TemplateFlags flags) =>
        new(service.Id, flags, service.Deployment!) { Secrets = Rotation.Note(Observed, Memory, service) };

    /// <summary>A rollout that was begun is waited for.</summary>
    public static Gate Rolling(Stage stage, ServiceView service, int done, int total)
    {
        var (message, fault) = SidecarStage.Missing(service) ?? (
            Readiness(service),
            new Fault(Failure.StepTimeout, $"kubectl rollout status and describe of Deployment {service.App.Deployment}, and its newest pod's events and logs."));
        return Gate.Wait(stage, $"Rolling out {service.App.Deployment}: {message}", done, total) with { Fault = fault };
    }

    /// <summary>
    /// Its new pods would publish to where it shall not go any more, and as many others serve as are asked for: nobody waits for the end of such a rollout. There may be none,
    /// and the gate that mends it comes later.
    /// </summary>
    private bool IsSuperseded(ServiceView service) =>
        service.Template.PublishesTo != Situation.PublishTarget(service)
        && service.Serving.Count() >= service.Deployment?.Replicas
        && service.Serving.All(p => p.Flags.PublishesTo != service.Template.PublishesTo);

    private static string Readiness(ServiceView service) =>
        $"{service.Live.Count(p => p.Ready && p.Flags == service.Template)}/{service.Deployment?.Replicas ?? 0} pods ready.";
}

/// <summary>A gate that is not passed: what is done about it, or what is waited for.</summary>
internal sealed record Gate(Stage Stage, string Message, IReadOnlyList<PlatformAction> Actions, int Done, int Total)
{
    /// <summary>What is wrong when this lasts too long.</summary>
    public Fault? Fault { get; init; }

    /// <summary>What the memory says by now has to be in status before anything is done.</summary>
    public bool PersistFirst { get; init; }

    public static Gate Wait(Stage stage, string message, int done, int total) => new(stage, message, [], Math.Max(0, done), total);

    public static Gate Act(Stage stage, string message, IReadOnlyList<PlatformAction> actions, int done, int total) =>
        new(stage, message, actions, Math.Max(0, done), total);
}

/// <summary>What is wrong with a gate that is not passed.</summary>
/// <param name="Reason">One word, of <see cref="Failure.Reasons"/>.</param>
/// <param name="LookAt">Where the cause can be seen.</param>
/// <param name="Final">Waiting does not mend it.</param>
internal sealed record Fault(string Reason, string LookAt, bool Final = false);
