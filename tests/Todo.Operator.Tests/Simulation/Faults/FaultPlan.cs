namespace Todo.Operator.Tests.Simulation.Faults;

/// <summary>The faults of one run, and the counters that say where it is. Counted over all processes of the operator, in the order in which things happen.</summary>
internal sealed class FaultPlan(IReadOnlyList<Fault> faults)
{
    private readonly Dictionary<int, FaultKind> _writes = faults.Where(f => f.IsOfWrite).DistinctBy(f => f.At).ToDictionary(f => f.At, f => f.Kind);
    private readonly Dictionary<int, FaultKind> _events = faults.Where(f => !f.IsOfWrite).DistinctBy(f => f.At).ToDictionary(f => f.At, f => f.Kind);

    private bool _isOpen;

    /// <summary>Writes since the opening.</summary>
    public int Writes { get; private set; }

    /// <summary>Watch events since the opening.</summary>
    public int Events { get; private set; }

    /// <summary>All writes.</summary>
    public int Total { get; private set; }

    /// <summary>From now on places are counted.</summary>
    public void Open() => _isOpen = true;

    public FaultKind? NextWrite()
    {
        Total++;
        return _isOpen && _writes.TryGetValue(++Writes, out var kind) ? kind : null;
    }

    public FaultKind? NextEvent() => _isOpen && _events.TryGetValue(++Events, out var kind) ? kind : null;
}
