using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Operator.Controllers;
using Todo.Operator.Decisions;
using Todo.Operator.Execution;
using Todo.Operator.Generation;
using Todo.Operator.Observation;
using Todo.Operator.Preflight;
using Todo.Operator.Resource;
using Todo.Operator.Status;
using Todo.Operator.Topology;

namespace Todo.Operator.Controllers;

/// <summary>One look at one platform: observe, decide, do, write down. Everything between two looks is in the cluster and in status.</summary>
public sealed class PlatformReconciler(
    ClusterCaches caches,
    Interrogator interrogator,
    PreflightRunner preflight,
    Executor executor,
    StatusBuilder builder,
    StatusWriter writer,
    Announcer announcer,
    TimeProvider time)
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan AfterActing = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan WhileAwaiting = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan WhileHeld = TimeSpan.FromSeconds(5);

    /// <summary>Looks, and does the next thing.</summary>
    public async Task<Visit> VisitAsync(V1Alpha1TodoPlatform platform, CancellationToken cancellationToken)
    {
        var context = new GenerationContext(platform.Spec, platform.Namespace()!, platform.Name(), platform.Uid());
        var generated = DaprGenerator.Generate(context);
        var observed = Look(platform, context, generated);
        if (Engine.NeedsAnswers(observed) || platform.Spec.PlanOnly)
        {
            observed = await interrogator.AskAsync(context, observed, cancellationToken);
        }

        IReadOnlyList<CheckResult>? checks = null;
        if (Engine.NeedsPreflight(observed))
        {
            checks = await preflight.RunAsync(new PreflightContext(context, observed) { Skipped = SkippedChecks.Of(platform) }, cancellationToken);
            observed = observed with { Preflight = PreflightRunner.Judge(checks) };
        }

        var decision = Engine.Decide(observed);
        var inputs = new StatusInputs
        {
            Previous = platform.Status,
            Context = context,
            Observed = observed,
            Decision = decision,
            Memory = decision.Memory,
            Checks = checks,
        };
        return platform.Spec.PlanOnly && !observed.Deleting
            ? await PlanAsync(platform, inputs, cancellationToken)
            : decision.PersistFirst
                ? await PersistAsync(platform, inputs, cancellationToken)
                : await ActAsync(platform, inputs, generated, cancellationToken);
    }

    /// <summary>A platform is gone.</summary>
    public void Forget(ObjectKey key) => writer.Forget(key);

    private Observed Look(V1Alpha1TodoPlatform platform, GenerationContext context, IReadOnlyList<GeneratedObject> generated) => new()
    {
        Now = time.GetUtcNow(),
        Names = context.Names,
        Generation = platform.Generation(),
        Wanted = Goal.Of(platform.Spec.UseDapr, BrokerNames.Parse(platform.Spec.Broker), context.Apps),
        Deleting = platform.IsDeleting(),
        RevertOnDelete = platform.Spec.DeletionPolicy == DeletionPolicy.Revert,
        Paused = platform.Spec.Paused,
        Options = OptionsMapper.Read(platform.Spec),
        Services = caches.Services(context),
        Generated = [.. generated.Select(g => g.Key)],
        Objects = caches.Objects(context, generated),
        Memory = MemoryMapper.Read(platform.Status),
    };

    private async Task<Visit> PlanAsync(V1Alpha1TodoPlatform platform, StatusInputs inputs, CancellationToken cancellationToken)
    {
        var plan = Plan.Of(inputs.Observed);
        inputs = inputs with
        {
            Memory = inputs.Observed.Memory,
            Plan = plan,
            Decision = new Decision
            {
                Phase = Phase.Paused,
                Stage = Stage.Preflight,
                Message = $"planOnly: {plan.Count} changes are listed in status.plan, none is made.",
                Memory = inputs.Observed.Memory,
            },
        };
        await writer.WriteAsync(platform, builder.Build(inputs), precondition: false, cancellationToken);
        return new Visit(WhileHeld);
    }

    /// <summary>Nothing is done before this write: a leader that is no longer one loses it, and with it the right to go on.</summary>
    private async Task<Visit> PersistAsync(V1Alpha1TodoPlatform platform, StatusInputs inputs, CancellationToken cancellationToken)
    {
        try
        {
            var status = builder.Build(inputs);
            await writer.WriteAsync(platform, status, precondition: true, cancellationToken);
            announcer.Announce(platform, status);
            return new Visit(AtOnce);
        }
        catch (KubernetesException e) when (e.Error == KubernetesError.Conflict)
        {
            return new Visit(AfterActing);
        }
    }

    private async Task<Visit> ActAsync(
        V1Alpha1TodoPlatform platform, StatusInputs inputs, IReadOnlyList<GeneratedObject> generated, CancellationToken cancellationToken)
    {
        var decision = inputs.Decision;
        var done = await executor.ExecuteAsync(inputs.Context, generated, inputs.Observed, decision, cancellationToken);
        var status = builder.Build(inputs with { Memory = done.Memory, Problems = done.Problems });
        await writer.WriteAsync(platform, status, precondition: false, cancellationToken);
        announcer.Announce(platform, status);
        var again = done.Problems.Count > 0 || decision.Phase == Phase.Preflight ? WhileHeld
            : decision.Actions.Count > 0 ? AfterActing
            : decision.Awaiting ? WhileAwaiting
            : (TimeSpan?)null;
        return new Visit(again, MayGo: done.Complete && decision.Actions.OfType<RemoveFinalizer>().Any());
    }
}
