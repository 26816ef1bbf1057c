namespace Todo.Operator.Tests.Simulation.Time;

/// <summary>Time that passes only when everything that can happen now has happened. What is due at the same moment happens in the order in which it was planned.</summary>
internal sealed class VirtualClock(DateTimeOffset start)
{
    private readonly PriorityQueue<Alarm, (long Due, long Order)> _alarms = new();
    private long _planned;

    public DateTimeOffset Now { get; private set; } = start;

    public Alarm After(TimeSpan delay, Action action)
    {
        var alarm = new Alarm(delay > TimeSpan.Zero ? Now + delay : Now, action);
        _alarms.Enqueue(alarm, (alarm.Due.UtcTicks, _planned++));
        return alarm;
    }

    /// <summary>Lets the next alarm go off, unless it is later than the limit: then it is the limit's time, and false.</summary>
    public bool Advance(DateTimeOffset limit)
    {
        while (_alarms.TryPeek(out var next, out _) && (next.IsCancelled || next.Due <= limit))
        {
            _alarms.Dequeue();
            if (!next.IsCancelled)
            {
                Now = next.Due;
                next.GoOff();
                return true;
            }
        }

        Now = limit;
        return false;
    }
}

/// <summary>Something that is planned.</summary>
internal sealed class Alarm(DateTimeOffset due, Action action)
{
    private Action? _action = action;

    public DateTimeOffset Due { get; } = due;

    public bool IsCancelled => _action is null;

    public void Cancel() => _action = null;

    public void GoOff()
    {
        var planned = _action;
        _action = null;
        planned?.Invoke();
    }
}
