using Todo.Operator.Analysis;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Management;
using Todo.Operator.Topology;

namespace Todo.Operator.Observation;

/// <summary>Asks pods, sidecars, the ledger and brokers that are being left, all at once, each with its own time limit.</summary>
public sealed class Interrogator(ManagementClient management, IBrokerBacklog brokers, IBrokerMembership members)
{
    private const int LongestWindow = 30;

    /// <summary>Completes a snapshot of the caches with the answers.</summary>
    public async Task<Observed> AskAsync(GenerationContext context, Observed observed, CancellationToken cancellationToken)
    {
        var ledger = LedgerAsync(context, observed, cancellationToken);
        var probes = ProbesAsync(context, observed, cancellationToken);
        var backlogs = BacklogsAsync(context, observed, cancellationToken);
        var memberships = MembershipsAsync(context, observed, cancellationToken);
        var services = await Task.WhenAll(observed.Services.Select(s => AskAsync(context, s, cancellationToken)));
        return observed with
        {
            Services = services,
            Ledger = await ledger,
            ProbeDeliveries = await probes,
            Backlogs = await backlogs,
            Memberships = await memberships,
            Memory = OwnClient(services) is { } addresses ? observed.Memory with { OwnClient = addresses } : observed.Memory,
        };
    }

    /// <summary>Whatever is being drained, after a finished move too: somebody may have made a listener there again. The services' own client tells of the Kafka that it is connected to.</summary>
    private async Task<IReadOnlyDictionary<Broker, Known<long>>> BacklogsAsync(GenerationContext context, Observed observed, CancellationToken cancellationToken)
    {
        Dictionary<Broker, Known<long>> backlogs = [];
        if (observed.Memory.Target is { } target)
        {
            foreach (var broker in observed.Memory.Drains.Keys.Where(b => b != target.Broker && b != context.Names.Direct))
            {
                backlogs[broker] = await brokers.ReadAsync(context, broker, cancellationToken);
            }
        }

        return backlogs;
    }

    /// <summary>Only while consumers are on their way to the target and not proven yet.</summary>
    private async Task<Known<IReadOnlyDictionary<ServiceId, Membership>>?> MembershipsAsync(GenerationContext context, Observed observed, CancellationToken cancellationToken) =>
        observed.Memory is { Proven: false, Target: { } target } memory && (memory.Probe is not null || IsAt(memory, Stage.Consumers) || IsAt(memory, Stage.Probe))
            ? await members.ReadAsync(context, target.Broker, cancellationToken)
            : null;

    private static bool IsAt(MoveMemory memory, Stage stage) => memory.Step?.Name.StartsWith($"{stage} ", StringComparison.Ordinal) == true;

    /// <summary>Where all pods say that their own client is connected to; null while they differ or one does not say.</summary>
    private static IReadOnlyList<string>? OwnClient(IEnumerable<ServiceView> services)
    {
        var told = services.SelectMany(s => s.Serving).Select(p => p.Report.IsKnown ? p.Report.Value!.OwnClient : []).ToList();
        return told.Count > 0 && told[0].Count > 0 && told.TrueForAll(t => t.SequenceEqual(told[0], StringComparer.Ordinal)) ? told[0] : null;
    }

    private async Task<ServiceView> AskAsync(GenerationContext context, ServiceView service, CancellationToken cancellationToken) =>
        service with { Pods = await Task.WhenAll(service.Pods.Select(p => AskAsync(context, p, cancellationToken))) };

    private async Task<PodView> AskAsync(GenerationContext context, PodView pod, CancellationToken cancellationToken)
    {
        if (pod.Terminating || !pod.Ready)
        {
            return pod;
        }

        var report = management.TransportsAsync(context, pod.Name, cancellationToken);
        var sidecar = pod is { HasSidecar: true, SidecarReady: true }
            ? await management.SidecarAsync(context, pod.Name, cancellationToken)
            : Known.Unknown<MetadataBody>("no sidecar that is ready");
        return pod with { Report = Read(await report), Sidecar = Read(sidecar) };
    }

    /// <summary>The ledger alone.</summary>
    public async Task<Known<LedgerView>> LedgerAsync(GenerationContext context, Observed observed, CancellationToken cancellationToken)
    {
        var last = Known.Unknown<LedgerView>("no pod is ready");
        foreach (var pod in Anyone(observed))
        {
            var answer = await management.LedgerAsync(context, pod.Name, Window(observed), cancellationToken);
            last = answer.IsKnown ? Known.Of(Read(context, answer.Value!)) : Known.Unknown<LedgerView>(answer.Why!);
            if (last.IsKnown)
            {
                return last;
            }
        }

        return last;
    }

    private async Task<Known<IReadOnlyList<ProbeDelivery>>> ProbesAsync(GenerationContext context, Observed observed, CancellationToken cancellationToken)
    {
        if (observed.Memory.Probe is not { } probe)
        {
            return Known.Unknown<IReadOnlyList<ProbeDelivery>>("none is out");
        }

        var last = Known.Unknown<IReadOnlyList<ProbeDelivery>>("no pod is ready");
        foreach (var pod in Anyone(observed))
        {
            var answer = await management.ProbesAsync(context, pod.Name, probe.Ids, cancellationToken);
            if (answer.IsKnown)
            {
                return Known.Of<IReadOnlyList<ProbeDelivery>>(
                    [.. answer.Value!.Probes.Where(p => p.Consumer is not null).Select(p => new ProbeDelivery(p.Topic, p.Consumer!, p.HandledVia))]);
            }

            last = Known.Unknown<IReadOnlyList<ProbeDelivery>>(answer.Why!);
        }

        return last;
    }

    /// <summary>Any pod of any service knows the ledger; two are tried before it counts as silent.</summary>
    private static IEnumerable<PodView> Anyone(Observed observed) =>
        observed.Services.SelectMany(s => s.Serving).OrderByDescending(p => p.ReadySince is null ? 0 : 1).ThenBy(p => p.ReadySince).Take(2);

    /// <summary>The figures shall cover only what happened since the last pod came, or since a person let a move go on: before that, something else was measured.</summary>
    private static int Window(Observed observed)
    {
        if (observed.Memory.StartedAt is null || observed.Memory.FinishedAt is not null)
        {
            return LongestWindow;
        }

        return AnalysisRule.Since(observed) is not { } since ? LongestWindow : (int)Math.Clamp((observed.Now - since - observed.Options.Analysis.InitialDelay).TotalSeconds, 1, LongestWindow);
    }

    private static Known<SidecarView> Read(Known<MetadataBody> body) =>
        body.IsKnown
            ? Known.Of(new SidecarView(
                (body.Value!.Components ?? []).Select(c => c.Name).ToHashSet(StringComparer.Ordinal),
                (body.Value.Subscriptions ?? []).Select(s => $"{s.Pubsubname}/{s.Topic}").ToHashSet(StringComparer.Ordinal)))
            : Known.Unknown<SidecarView>(body.Why!);

    private static Known<ServiceReport> Read(Known<TransportsBody> body) =>
        body.IsKnown
            ? Known.Of(new ServiceReport
            {
                PublishesTo = body.Value!.PublishesTo,
                ConsumesDirect = body.Value.ConsumeDirect,
                Ready = body.Value.Ready,
                Lag = body.Value.PositionsError is null ? (body.Value.Positions ?? []).Sum(p => Math.Max(0, (p.End ?? 0) - Math.Max(0, p.Committed ?? 0))) : null,
                OwnClient = body.Value.OwnClient?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
                JobScheduled = body.Value.Jobs switch { "scheduled" => true, "absent" => false, _ => null },
            })
            : Known.Unknown<ServiceReport>(body.Why!);

    private static LedgerView Read(GenerationContext context, LedgerBody body)
    {
        Dictionary<Transport, TransportLedger> transports = [];
        foreach (var row in body.Transports)
        {
            if (context.Names.TransportOf(row.Name, context.Apps) is { } transport)
            {
                var sum = transports.GetValueOrDefault(transport, TransportLedger.Empty);
                transports[transport] = new TransportLedger(
                    sum.InFlight + row.InFlight,
                    Math.Max(sum.OldestSeconds, row.OldestSeconds),
                    sum.Replayed + row.Replayed,
                    sum.Suppressed + row.Suppressed,
                    sum.Dead + row.Dead,
                    sum.Foreign + row.Foreign);
            }
        }

        var recent = body.Recent;
        return new LedgerView(
            transports,
            body.Held,
            new RecentLedger(recent?.Seconds ?? 0, recent?.Published ?? 0, recent?.Handled ?? 0, recent?.Failed ?? 0, recent?.P50Milliseconds ?? 0, recent?.P95Milliseconds ?? 0))
        {
            Unsent = (body.Unsent ?? []).ToDictionary(u => u.Producer, u => new UnsentLedger(u.Held, u.OldestSeconds)),
            Epoch = body.Epoch,
        };
    }
}
