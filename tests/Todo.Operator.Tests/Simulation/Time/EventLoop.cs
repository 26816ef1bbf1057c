namespace Todo.Operator.Tests.Simulation.Time;

/// <summary>Everything that can happen now, one after the other, on the thread of the test: what makes a run repeatable.</summary>
internal sealed class EventLoop
{
    private readonly Queue<(SimulatedProcess Process, SendOrPostCallback Callback, object? State)> _ready = new();

    public void Post(SimulatedProcess process, SendOrPostCallback callback, object? state) => _ready.Enqueue((process, callback, state));

    /// <summary>One turn of one process; false when nothing is ready.</summary>
    public bool Turn()
    {
        if (!_ready.TryDequeue(out var turn))
        {
            return false;
        }

        if (turn.Process.Accepts(turn.Callback, turn.State))
        {
            var before = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(turn.Process);
            try
            {
                turn.Callback(turn.State);
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(before);
            }
        }

        return true;
    }
}
