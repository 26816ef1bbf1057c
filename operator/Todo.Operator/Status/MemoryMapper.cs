using System.Collections.Immutable;
using Todo.Operator.Decisions;
using Todo.Operator.Decisions.Requests;
using Todo.Operator.Observation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Status;

/// <summary>The memory of a move to and from <c>status</c>.</summary>
public static class MemoryMapper
{
    /// <summary>Reads what status remembers; nothing on the first visit.</summary>
    public static MoveMemory Read(TodoPlatformStatus? status)
    {
        var acknowledged = (status?.Acknowledged ?? []).Where(a => RequestReader.KindOf(a.Request) is not null).ToImmutableSortedDictionary(
            a => RequestReader.KindOf(a.Request)!.Value, a => new Acknowledgement(a.Token ?? string.Empty, a.At ?? default, a.Result ?? string.Empty));
        if (status?.Move is not { } move)
        {
            return new MoveMemory { Acknowledged = acknowledged };
        }

        return new MoveMemory
        {
            Epoch = move.Epoch,
            Target = Goal.Parse(move.Target),
            From = Goal.Parse(move.From),
            LastGood = Goal.Parse(move.LastGood),
            PreviousGood = Goal.Parse(move.PreviousGood),
            PausedAt = move.PausedAt,
            Promoted = move is { PromotedStep: { } promoted, PromotedAt: { } at } ? new Step(promoted, at) : null,
            Edited = move.EditedApp is { } edited ? new Edit(edited, move.EditedAt) : null,
            RestartsBefore = (move.RestartsBefore ?? new Dictionary<string, int>()).ToImmutableSortedDictionary(StringComparer.Ordinal),
            Acknowledged = acknowledged,
            Reason = Enum.TryParse<MoveReason>(move.Reason, out var reason) ? reason : MoveReason.Spec,
            Generation = move.Generation,
            Wish = move.Wish,
            StartedAt = move.StartedAt,
            PublishersBackAt = move.PublishersBackAt,
            DrainedAt = move.DrainedAt,
            FinishedAt = move.FinishedAt,
            Failure = move.Failure is { } f ? new Failure(f.Generation, f.Reason ?? string.Empty, f.Message ?? string.Empty, f.At ?? default) { Wish = f.Wish } : null,
            Step = move is { Step: { } step, StepSince: { } since } ? new Step(step, since) : null,
            Probe = move is { ProbeVia: { } via, ProbeIds: { } ids, ProbeSentAt: { } sent } ? new Probe(via, ids, sent) : null,
            Proven = move.Proven == true,
            Drains = (move.Drains ?? []).ToImmutableSortedDictionary(
                d => BrokerNames.Parse(d.Broker),
                d => new DrainNote { QuietSince = d.QuietSince, Lowest = d.Lowest, ProgressAt = d.ProgressAt, LoweredAt = d.LoweredAt, ReplayedAt = d.ReplayedAt, Foreign = d.Foreign, SilentSince = d.SilentSince, Held = d.Held, HeldSince = d.HeldSince }),
            SettledReplays = (move.SettledReplays ?? new Dictionary<string, long>()).ToImmutableSortedDictionary(r => BrokerNames.Parse(r.Key), r => r.Value),
            Endpoints = (move.Endpoints ?? []).ToImmutableSortedDictionary(e => BrokerNames.Parse(e.Broker), e => new BrokerEndpoint(e.Kafka, e.Redis)),
            Settings = move.Settings is { } s ? new GoodSettings(s.StateStore, s.Tracing, s.Delivery, s.Sidecar, s.PublishTimeout) : null,
            OwnClient = move.OwnClient ?? [],
            Secrets = (move.Secrets ?? new Dictionary<string, string>()).ToImmutableSortedDictionary(StringComparer.Ordinal),
            Baseline = Read(status.Analysis?.Baseline),
            Analysis = status.Analysis is { } a
                ? new AnalysisTally(Enum.TryParse<Verdict>(a.Verdict, out var verdict) ? verdict : Verdict.Pending, a.Failures, a.Errors, a.Inconclusive, a.At, a.Message ?? string.Empty) { OldestSeconds = a.OldestSeconds }
                : AnalysisTally.None,
        };
    }

    /// <summary>Writes <c>status.move</c>; null before the first move.</summary>
    public static MoveStatus? Write(MoveMemory memory) => memory.Epoch == 0 && memory.LastGood is null ? null : new MoveStatus
    {
        Epoch = memory.Epoch,
        Target = memory.Target?.ToString(),
        From = memory.From?.ToString(),
        LastGood = memory.LastGood?.ToString(),
        PreviousGood = memory.PreviousGood?.ToString(),
        Reason = memory.Reason.ToString(),
        Generation = memory.Generation,
        Wish = memory.Wish,
        StartedAt = memory.StartedAt,
        PublishersBackAt = memory.PublishersBackAt,
        DrainedAt = memory.DrainedAt,
        FinishedAt = memory.FinishedAt,
        Failure = memory.Failure is { } f ? new FailureStatus { Generation = f.Generation, Reason = f.Reason, Message = f.Message, At = f.At, Wish = f.Wish } : null,
        Step = memory.Step?.Name,
        StepSince = memory.Step?.Since,
        PausedAt = memory.PausedAt,
        PromotedStep = memory.Promoted?.Name,
        PromotedAt = memory.Promoted?.Since,
        EditedApp = memory.Edited?.App,
        EditedAt = memory.Edited?.At,
        RestartsBefore = memory.RestartsBefore.Count == 0 ? null : memory.RestartsBefore,
        ProbeVia = memory.Probe?.Via,
        ProbeIds = memory.Probe?.Ids,
        ProbeSentAt = memory.Probe?.SentAt,
        Proven = memory.Proven,
        Endpoints = memory.Endpoints.Count == 0 ? null : [.. memory.Endpoints.Select(e => new EndpointStatus { Broker = e.Key.Name(), Kafka = e.Value.Kafka, Redis = e.Value.Redis })],
        Settings = memory.Settings is { } s
            ? new SettingsStatus { StateStore = s.StateStore, Tracing = s.Tracing, Delivery = s.Delivery, Sidecar = s.Sidecar, PublishTimeout = s.PublishTimeout }
            : null,
        OwnClient = memory.OwnClient.Count == 0 ? null : memory.OwnClient,
        Secrets = memory.Secrets.Count == 0 ? null : memory.Secrets,
        SettledReplays = memory.SettledReplays.Count == 0 ? null : memory.SettledReplays.ToDictionary(r => r.Key.Name(), r => r.Value),
        Drains = memory.Drains.Count == 0 ? null :
        [
            .. memory.Drains.Select(d => new DrainStatus
            {
                Broker = d.Key.Name(),
                QuietSince = d.Value.QuietSince,
                Lowest = d.Value.Lowest,
                ProgressAt = d.Value.ProgressAt,
                LoweredAt = d.Value.LoweredAt,
                ReplayedAt = d.Value.ReplayedAt,
                Foreign = d.Value.Foreign,
                SilentSince = d.Value.SilentSince,
                Held = d.Value.Held,
                HeldSince = d.Value.HeldSince,
            }),
        ],
    };

    /// <summary>Writes <c>status.acknowledged</c>; null while nothing was asked for.</summary>
    public static IReadOnlyList<AcknowledgementStatus>? Acknowledged(MoveMemory memory) => memory.Acknowledged.Count == 0 ? null :
    [
        .. memory.Acknowledged.Select(a => new AcknowledgementStatus
        {
            Request = RequestReader.NameIn(a.Key), Token = a.Value.Token, At = a.Value.At, Result = a.Value.Result,
        }),
    ];

    /// <summary>Figures as status shows them.</summary>
    public static FiguresStatus? Write(RecentLedger? figures) => figures is null ? null : new FiguresStatus
    {
        Seconds = figures.Seconds,
        Published = figures.Published,
        Events = figures.Handled,
        Failed = figures.Failed,
        FailurePercent = Math.Round(figures.FailurePercent, 2),
        P50 = Math.Round(figures.P50, 1),
        P95 = Math.Round(figures.P95, 1),
    };

    private static RecentLedger? Read(FiguresStatus? figures) =>
        figures is null ? null : new RecentLedger(figures.Seconds, figures.Published, figures.Events, figures.Failed, figures.P50, figures.P95);
}
