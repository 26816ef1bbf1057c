namespace Todo.Operator.Tests.Simulation.Time;

/// <summary>
/// A process: whatever it awaits goes on in the loop, by its own clock. Killed, nothing of it ever goes on; frozen (a stopped virtual machine, a long
/// pause of the garbage collector), it goes on where it was when it thaws.
/// </summary>
internal sealed class SimulatedProcess : SynchronizationContext
{
    private readonly EventLoop _loop;
    private readonly List<(SendOrPostCallback Callback, object? State)> _frozen = [];

    public SimulatedProcess(string name, EventLoop loop, VirtualClock clock)
    {
        (Name, _loop, Time) = (name, loop, new ProcessTime(this, clock));
    }

    public string Name { get; }

    public TimeProvider Time { get; }

    public bool IsAlive { get; private set; } = true;

    public bool IsFrozen { get; private set; }

    public void Kill() => IsAlive = false;

    public void Freeze() => IsFrozen = true;

    public void Thaw()
    {
        IsFrozen = false;
        foreach (var (callback, state) in _frozen)
        {
            _loop.Post(this, callback, state);
        }

        _frozen.Clear();
    }

    public void Run(Action action) => _loop.Post(this, static state => ((Action)state!)(), action);

    public override void Post(SendOrPostCallback d, object? state) => _loop.Post(this, d, state);

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Whether a turn may be taken now.</summary>
    public bool Accepts(SendOrPostCallback callback, object? state)
    {
        if (IsAlive && IsFrozen)
        {
            _frozen.Add((callback, state));
        }

        return IsAlive && !IsFrozen;
    }
}
