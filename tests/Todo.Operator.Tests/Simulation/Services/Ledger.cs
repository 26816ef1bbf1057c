using Todo.Operator.Tests.Simulation.Time;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation.Services;

/// <summary>The database of the four services: events, what is owed, epochs, the job. It survives everything.</summary>
internal sealed class Ledger(VirtualClock clock, IReadOnlyList<AppDefinition> apps)
{
    private static readonly TimeSpan ReconcileAfter = TimeSpan.FromMinutes(2);

    private readonly List<EventRecord> _open = [];
    private readonly Dictionary<string, EventRecord> _probes = new(StringComparer.Ordinal);
    private readonly Queue<(DateTimeOffset At, int Published, int Handled, int Failed)> _recent = new();

    public long Events { get; private set; }

    /// <summary>By the transport that they were sent over before.</summary>
    public SortedDictionary<string, long> Replayed { get; } = new(StringComparer.Ordinal);

    /// <summary>The highest epoch of any order; a lower one is refused.</summary>
    public long Epoch { get; private set; }

    /// <summary>The notification service's job, in Dapr's scheduler.</summary>
    public bool Job { get; set; }

    /// <summary>The last order about it was sent by an old leader before another one took over.</summary>
    public bool JobIsLate { get; set; }

    /// <summary>The job was stopped by an order, which is remembered until it is started by one.</summary>
    public bool JobStopped { get; set; }

    public IReadOnlyList<EventRecord> Open => _open;

    /// <summary>Handled deliveries whose effect happened more than once.</summary>
    public int Doubled { get; private set; }

    public bool Obeys(long epoch)
    {
        Epoch = Math.Max(Epoch, epoch);
        return epoch == Epoch;
    }

    public EventRecord Write(string topic, string producer, string? probeVia)
    {
        var record = new EventRecord($"event-{++Events}", topic, producer, probeVia, clock.Now, [.. apps.Where(a => a.Consumes.Contains(topic)).Select(a => new DeliveryRecord(a.AppId))]);
        _open.Add(record);
        if (probeVia is not null)
        {
            _probes[record.Id] = record;
        }

        return record;
    }

    public EventRecord? Probe(string id) => _probes.GetValueOrDefault(id);

    /// <summary>Open events last sent over one of these transports are to be sent again.</summary>
    public int Replay(IReadOnlyCollection<string> from)
    {
        var again = _open.Where(e => e.SentVia is { } via && from.Contains(via)).ToList();
        again.ForEach(Again);
        return again.Count;
    }

    /// <summary>
    /// A probe that took too long goes over its producer's current transport. The services would do that with any event; here only with probes, so that
    /// an event that the operator leaves behind is seen to be lost.
    /// </summary>
    public void Reconcile()
    {
        foreach (var late in _open.Where(e => e is { ProbeVia: not null, IsReplayed: false } && clock.Now - e.WrittenAt > ReconcileAfter))
        {
            Again(late);
        }
    }

    private void Again(EventRecord record)
    {
        if (record.SentVia is { } via)
        {
            Replayed[via] = Replayed.GetValueOrDefault(via) + 1;
        }

        (record.SentVia, record.IsReplayed) = (null, true);
    }

    /// <summary>Closes what was handled and notes the figures of one tick.</summary>
    public void Close(DateTimeOffset now, int published, int handled, int failed)
    {
        Doubled += _open.Sum(e => e.Deliveries.Count(d => d.Effects > 1));
        _open.RemoveAll(e => !e.IsOpen);
        _recent.Enqueue((now, published, handled, failed));
        while (_recent.Peek().At < now - TimeSpan.FromSeconds(30))
        {
            _recent.Dequeue();
        }
    }

    public (int Published, int Handled, int Failed) Recent(DateTimeOffset since)
    {
        var ticks = _recent.Where(t => t.At >= since).ToList();
        return (ticks.Sum(t => t.Published), ticks.Sum(t => t.Handled), ticks.Sum(t => t.Failed));
    }
}
