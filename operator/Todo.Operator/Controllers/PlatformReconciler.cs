using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Operator.Controllers;
using Todo.Operator.Decisions;
using Todo.Operator.Execution;
using Todo.Operator.Generation;
using Todo.Operator.Observation;
using Todo.Operator.Preflight;
using Todo.Operator.Resource;
using Todo.Operator.Retention;
using Todo.Operator.Secrets;
using Todo.Operator.Status;
using Todo.Operator.Telemetry;
using Todo.Operator.Topology;

namespace Todo.Operator.Controllers;

/// <summary>One look at one platform: observe, decide, do, write down. Everything between two looks is in the cluster and in status.</summary>
public sealed class PlatformReconciler(
    ClusterCaches caches,
    Neighbours neighbours,
    SecretFingerprints secrets,
    Interrogator interrogator,
    PreflightRunner preflight,
    Executor executor,
    IStreamKeeper streams,
    StatusBuilder builder,
    StatusWriter writer,
    Announcer announcer,
    PlatformMetrics metrics,
    RestingFigures figures,
    TimeProvider time) : IDisposable
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan AfterActing = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan WhileAwaiting = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan WhileHeld = TimeSpan.FromSeconds(5);

    // The content of Secrets is told by no watch.
    private static readonly TimeSpan AtRest = TimeSpan.FromMinutes(1);

    // Two platforms that are looked at at the same time must not both find that nobody moves.
    private readonly SemaphoreSlim _begin = new(1);

    /// <summary>Looks, and does the next thing.</summary>
    public async Task<Visit> VisitAsync(V1Alpha1TodoPlatform platform, CancellationToken cancellationToken)
    {
        try
        {
            return await LookAndActAsync(platform, cancellationToken);
        }
        catch (KubernetesException e) when (e.Error == KubernetesError.Conflict)
        {
            // The platform has changed since it was read, by a person or by another process that leads now: its newer state is looked at anew.
            return new Visit(AfterActing);
        }
    }

    /// <summary>A platform is gone.</summary>
    public void Forget(ObjectKey key)
    {
        writer.Forget(key);
        streams.Forget(key);
        metrics.Forget(key);
        figures.Forget(key);
    }

    /// <inheritdoc/>
    public void Dispose() => _begin.Dispose();

    private async Task<Visit> LookAndActAsync(V1Alpha1TodoPlatform platform, CancellationToken cancellationToken)
    {
        var refusal = SpecGate.Refuse(platform);
        platform = SpecGate.Readable(platform);
        var (memory, options, live) = (MemoryMapper.Read(platform.Status), OptionsMapper.Read(platform.Spec), caches.Endpoints(platform));
        var (context, generated, wish) = PlatformReader.Read(platform, memory, options, live);
        var observed = Look(platform, context, generated, memory);
        observed = observed with
        {
            Options = options,
            Secrets = await secrets.ReadAsync(context, observed.Services, observed.Objects, cancellationToken),
            Wish = wish,
            TokenSecret = SecretReferences.NameOf(platform.Spec.Management.TokenSecretRef),
            OtherSettingsWorked = PlatformReader.OtherSettingsWorked(platform, memory, context, live),
        };
        if (Engine.NeedsAnswers(observed) || platform.Spec.PlanOnly || refusal is not null)
        {
            observed = await interrogator.AskAsync(context, observed, cancellationToken);
        }

        IReadOnlyList<CheckResult>? checks = null;
        if (Engine.NeedsPreflight(observed) || refusal is not null)
        {
            checks = await preflight.RunAsync(new PreflightContext(context, observed) { Skipped = SkippedChecks.Of(platform) }, cancellationToken);
            checks = refusal is null ? checks : SpecGate.Findings(refusal, checks);
            observed = observed with { Preflight = PreflightRunner.Judge(checks) };
        }

        var decision = refusal is null ? Engine.Decide(observed) : SpecGate.Hold(refusal, observed.Memory);
        PlatformTracing.Decided(decision);
        var inputs = new StatusInputs
        {
            Previous = platform.Status,
            Context = context,
            Observed = observed,
            Decision = decision,
            Memory = decision.Memory,
            Checks = checks,
            IsRefused = refusal is not null,
        };
        return refusal is not null ? await HoldAsync(platform, inputs, cancellationToken)
            : platform.Spec.PlanOnly && !observed.Deleting ? await PlanAsync(platform, inputs, cancellationToken)
            : decision.PersistFirst ? await PersistAsync(platform, inputs, cancellationToken)
            : await ActAsync(platform, inputs, generated, cancellationToken);
    }

    private Observed Look(V1Alpha1TodoPlatform platform, GenerationContext context, IReadOnlyList<GeneratedObject> generated, MoveMemory memory) => new()
    {
        Now = time.GetUtcNow(),
        Names = context.Names,
        Generation = platform.Generation(),
        Wanted = PlatformReader.Wanted(platform.Spec, context),
        Deleting = platform.IsDeleting(),
        RevertOnDelete = platform.Spec.DeletionPolicy == DeletionPolicy.Revert,
        Paused = platform.Spec.Paused,
        PlanOnly = platform.Spec.PlanOnly,
        Claims = neighbours.Claims(platform, context),
        WaitsFor = neighbours.WaitsFor(platform),
        Requests = RequestReader.Read(platform.Metadata.Annotations),
        Services = caches.Services(context),
        Generated = [.. generated.Select(g => g.Key)],
        Objects = caches.Objects(context, generated),
        Endpoints = context.Endpoints.Known,
        Settings = GoodSettings.Of(context.Spec),
        Memory = memory,
    };

    private async Task<Visit> PlanAsync(V1Alpha1TodoPlatform platform, StatusInputs inputs, CancellationToken cancellationToken)
    {
        var plan = Plan.Of(inputs.Observed);
        var since = inputs.Observed.Memory.PausedAt ?? inputs.Observed.Now;
        inputs = inputs with
        {
            Memory = inputs.Observed.Memory with { PausedAt = since },
            Plan = plan,
            Decision = new Decision
            {
                Phase = Phase.Paused,
                Stage = Stage.Preflight,
                Message = $"planOnly since {Pausing.Time(since)}: {plan.Count} changes are listed in status.plan, none is made. Next, with planOnly: false, {(plan.Count == 0 ? "nothing" : "they are")}.",
                Memory = inputs.Observed.Memory,
            },
        };
        return await HoldAsync(platform, inputs, cancellationToken);
    }

    /// <summary>Only says what is the matter.</summary>
    private async Task<Visit> HoldAsync(V1Alpha1TodoPlatform platform, StatusInputs inputs, CancellationToken cancellationToken)
    {
        var status = builder.Build(inputs);
        await writer.WriteAsync(platform, status, cancellationToken);
        Report(platform, status);
        return new Visit(WhileHeld);
    }

    private void Report(V1Alpha1TodoPlatform platform, TodoPlatformStatus status)
    {
        announcer.Announce(platform, status);
        metrics.Record(platform, status);
        MoveTrace.Record(platform, status);
    }

    /// <summary>Nothing is done before this write: a leader that is no longer one loses it, and with it the right to go on.</summary>
    private async Task<Visit> PersistAsync(V1Alpha1TodoPlatform platform, StatusInputs inputs, CancellationToken cancellationToken)
    {
        await _begin.WaitAsync(cancellationToken);
        try
        {
            if (inputs.Memory.Reason == MoveReason.Spec && inputs.Memory.Epoch > inputs.Observed.Memory.Epoch && neighbours.WaitsFor(platform) is not null)
            {
                return new Visit(AfterActing);
            }

            var status = builder.Build(inputs);
            await writer.WriteAsync(platform, status, cancellationToken);
            Report(platform, status);
            return new Visit(AtOnce);
        }
        finally
        {
            _begin.Release();
        }
    }

    private async Task<Visit> ActAsync(
        V1Alpha1TodoPlatform platform, StatusInputs inputs, IReadOnlyList<GeneratedObject> generated, CancellationToken cancellationToken)
    {
        var decision = inputs.Decision;
        var done = await executor.ExecuteAsync(inputs.Context, generated, inputs.Observed, decision, cancellationToken);

        // Watched from when it was done: until then an API server may have taken its time.
        var memory = done.Memory.Edited is { } edited && edited.At == inputs.Observed.Now ? done.Memory with { Edited = edited with { At = time.GetUtcNow() } } : done.Memory;
        var shown = done.Delay is { } delay ? decision with { Message = $"{decision.Message} {delay}" } : decision;
        inputs = inputs with { Decision = shown, Memory = memory, Problems = done.Problems };
        var status = builder.Build(inputs);
        var isTold = await writer.WriteAsync(platform, status, cancellationToken);
        announcer.Announce(platform, status);
        MoveTrace.Record(platform, status);
        await streams.KeepAsync(platform, inputs.Context, decision, cancellationToken);
        var again = done.Problems.Count > 0 || decision.Phase is Phase.Preflight or Phase.Pending || inputs.Observed.Claims.Count > 0 ? WhileHeld
            : decision.Actions.Count > 0 && done.Delay is null ? AfterActing
            : decision.Awaiting || done.Delay is not null ? WhileAwaiting
            : isTold ? AtRest
            : StatusWriter.FigureInterval;
        metrics.Record(platform, again == AtRest ? builder.Build(inputs with { Observed = await figures.ReadAsync(ObjectKey.Of(platform), inputs.Context, inputs.Observed, cancellationToken) }) : status);
        return new Visit(again, MayGo: done.Complete && decision.Actions.OfType<RemoveFinalizer>().Any());
    }
}
