using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kubernetes.Client.Entities;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Metrics;
using Todo.Operator.Decisions;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Telemetry;

/// <summary>
/// The platforms in figures: <c>todoplatform_*</c> on /metrics. What can be counted is there as zero from the start, so that the first rollback is an increase and
/// not a new series.
/// </summary>
public sealed class PlatformMetrics
{
    private static readonly double[] Seconds = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];
    private static readonly string[] Results = ["Completed", "RolledBack", "Superseded", "Aborted", "Failed"];

    private readonly GaugeFamily _phase;
    private readonly GaugeFamily _stage;
    private readonly HistogramFamily _stages;
    private readonly HistogramFamily _moves;
    private readonly CounterFamily _verdicts;
    private readonly CounterFamily _rollbacks;
    private readonly GaugeFamily _inFlight;
    private readonly GaugeFamily _lost;
    private readonly CounterFamily _trimmed;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<ObjectKey, ImmutableSortedSet<string>> _transports = new();
    private readonly ConcurrentDictionary<ObjectKey, (string Stage, DateTimeOffset Since)> _since = new();

    /// <summary>Registers them.</summary>
    public PlatformMetrics(MetricsRegistry registry, TimeProvider time)
    {
        _time = time;
        _phase = registry.Gauge("todoplatform_phase", "1 for the phase that the platform is in", "namespace", "name", "phase");
        _stage = registry.Gauge("todoplatform_stage_start_time_seconds", "When the present stage began, or was first seen by this process, in seconds since 1970", "namespace", "name", "stage");
        _stages = registry.Histogram("todoplatform_stage_duration_seconds", "How long a stage of a move took", Seconds, "stage");
        _moves = registry.Histogram("todoplatform_move_duration_seconds", "How long a move took, by how it ended", Seconds, "result");
        _verdicts = registry.Counter("todoplatform_verdicts_total", "Measurements of the analysis by verdict", "verdict");
        _rollbacks = registry.Counter("todoplatform_rollbacks_total", "Moves that were given up, by reason", "reason");
        _inFlight = registry.Gauge("todoplatform_in_flight_events", "Deliveries sent over a transport and not handled yet", "namespace", "name", "transport");
        _lost = registry.Gauge("todoplatform_lost_events", "Deliveries given up after the last attempt, over all transports; each is in its dead-letter topic", "namespace", "name");
        _trimmed = registry.Counter("todoplatform_trimmed_entries_total", "Entries removed from Redis streams: older than redis.retention and handled by every group", "namespace", "name", "stream");
        foreach (var stage in Enum.GetNames<Stage>())
        {
            _stages.With(stage);
        }

        foreach (var result in Results)
        {
            _moves.With(result);
        }

        foreach (var verdict in Enum.GetNames<Verdict>().Where(v => v != nameof(Verdict.Pending)))
        {
            _verdicts.With(verdict);
        }

        foreach (var reason in Failure.Reasons)
        {
            _rollbacks.With(reason);
        }
    }

    /// <summary>Counts what was removed from a Redis stream.</summary>
    public void Trimmed(string ns, string name, string stream, long entries) => _trimmed.With(ns, name, stream).Increment(entries);

    /// <summary>Counts what is new in a status that has been written.</summary>
    public void Record(V1Alpha1TodoPlatform platform, TodoPlatformStatus now)
    {
        var before = platform.Status;
        var (ns, name) = (platform.Namespace()!, platform.Name());
        foreach (var phase in Enum.GetNames<Phase>())
        {
            _phase.With(ns, name, phase).Set(phase == now.Phase ? 1 : 0);
        }

        var transports = _transports.AddOrUpdate(ObjectKey.Of(platform), _ => Names(now, [.. Transport.All.Select(t => t.Name)]), (_, known) => Names(now, known));
        foreach (var transport in transports)
        {
            _inFlight.With(ns, name, transport).Set(now.Transports?.FirstOrDefault(t => t.Name == transport)?.InFlight ?? 0);
        }

        _lost.With(ns, name).Set(now.Transports?.Sum(t => t.Dead) ?? 0);
        Stages(ObjectKey.Of(platform), now.Stage ?? nameof(Stage.Preflight));
        if (now.Analysis is { At: { } at, Verdict: { } verdict } && before?.Analysis?.At != at && verdict != nameof(Verdict.Pending))
        {
            _verdicts.With(verdict).Increment();
        }

        if (now.Move?.Failure is { Reason: { } reason } failure && before?.Move?.Failure?.At != failure.At)
        {
            _rollbacks.With(reason).Increment();
        }

        foreach (var entry in (now.History ?? []).Where(h => before?.History?.Any(b => b.When == h.When && b.To == h.To) != true && h.Result is not null))
        {
            _moves.With(entry.Result!).Observe(entry.Seconds);
        }
    }

    /// <summary>A platform is gone, and its series with it.</summary>
    public void Forget(ObjectKey key)
    {
        if (_since.TryRemove(key, out var last))
        {
            _stage.Remove(key.Namespace!, key.Name, last.Stage);
        }

        foreach (var phase in Enum.GetNames<Phase>())
        {
            _phase.Remove(key.Namespace!, key.Name, phase);
        }

        foreach (var transport in _transports.TryRemove(key, out var names) ? names : [])
        {
            _inFlight.Remove(key.Namespace!, key.Name, transport);
        }

        _lost.Remove(key.Namespace!, key.Name);
    }

    private static ImmutableSortedSet<string> Names(TodoPlatformStatus now, ImmutableSortedSet<string> known) => known.Union((now.Transports ?? []).Select(t => t.Name));

    private void Stages(ObjectKey key, string stage)
    {
        var now = _time.GetUtcNow();
        if (_since.TryGetValue(key, out var last) && last.Stage == stage)
        {
            return;
        }

        _since[key] = (stage, now);
        if (last.Stage is not null)
        {
            _stage.Remove(key.Namespace!, key.Name, last.Stage);
        }

        _stage.With(key.Namespace!, key.Name, stage).Set(now.ToUnixTimeSeconds());
        if (last.Stage is { } ended && ended != nameof(Stage.Done))
        {
            _stages.With(ended).Observe((now - last.Since).TotalSeconds);
        }
    }
}
