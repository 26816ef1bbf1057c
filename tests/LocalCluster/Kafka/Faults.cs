using System.Collections.Concurrent;

namespace LocalCluster.Kafka;

/// <summary>What the broker does wrong at the moment.</summary>
public enum FaultMode
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Connections are accepted and requests are taken, and nothing is answered.</summary>
    Hang,

    /// <summary>Nothing listens: connections are closed and new ones refused.</summary>
    Refuse,

    /// <summary>Every answer comes late.</summary>
    Slow,
}

/// <summary>Makes the broker misbehave, for tests of what clients do then. All members may be called from any thread.</summary>
public sealed class Faults
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, bool> _fenced = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private TaskCompletionSource _changed = NewSource();
    private TimeSpan _delay;
    private int _lostAcknowledgements;

    internal Faults(TimeProvider time) => _time = time;

    /// <summary>Raised after each change of <see cref="Mode"/>.</summary>
    internal event Action? ModeChanged;

    /// <summary>Raised when every connection is to be closed once.</summary>
    internal event Action? ConnectionsDropped;

    /// <summary>What is wrong now.</summary>
    public FaultMode Mode { get; private set; }

    /// <summary>Stops answering until <see cref="Resume"/>; requests that came meanwhile are answered then, if their client still waits.</summary>
    public void Hang() => Set(FaultMode.Hang, TimeSpan.Zero);

    /// <summary>Closes all connections and refuses new ones until <see cref="Resume"/>.</summary>
    public void Refuse() => Set(FaultMode.Refuse, TimeSpan.Zero);

    /// <summary>Delays each request by <paramref name="delay"/> until <see cref="Resume"/>.</summary>
    public void Slow(TimeSpan delay) => Set(FaultMode.Slow, delay);

    /// <summary>Closes all connections once; clients may connect again at once.</summary>
    public void DropConnections() => ConnectionsDropped?.Invoke();

    /// <summary>Carries out the next <paramref name="count"/> Produce requests but closes their connection in place of the answer: clients must send again, and must not write twice.</summary>
    public void LoseAcknowledgements(int count) => Interlocked.Exchange(ref _lostAcknowledgements, count);

    /// <summary>Answers the next heartbeat of a group with FENCED_INSTANCE_ID, which a client of librdkafka takes as fatal: that client is of no use any more.</summary>
    public void Fence(string group) => _fenced[group] = true;

    /// <summary>Whether that heartbeat is still to come.</summary>
    public bool IsFenced(string group) => _fenced.ContainsKey(group);

    /// <summary>Works properly again.</summary>
    public void Resume()
    {
        Interlocked.Exchange(ref _lostAcknowledgements, 0);
        _fenced.Clear();
        Set(FaultMode.None, TimeSpan.Zero);
    }

    /// <summary>Waits as long as the present fault demands, before a request is carried out.</summary>
    internal async ValueTask BeforeRequestAsync(CancellationToken cancellationToken)
    {
        await WhileHangingAsync(cancellationToken);
        if (Mode == FaultMode.Slow)
        {
            await Task.Delay(_delay, _time, cancellationToken);
        }
    }

    /// <summary>Returns at once unless the broker hangs.</summary>
    internal async ValueTask WhileHangingAsync(CancellationToken cancellationToken)
    {
        while (Mode == FaultMode.Hang)
        {
            Task changed;
            lock (_gate)
            {
                changed = Mode == FaultMode.Hang ? _changed.Task : Task.CompletedTask;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Whether the acknowledgement of this Produce request is one of those to lose.</summary>
    internal bool TakeLostAcknowledgement()
    {
        for (var left = Volatile.Read(ref _lostAcknowledgements); left > 0; left = Volatile.Read(ref _lostAcknowledgements))
        {
            if (Interlocked.CompareExchange(ref _lostAcknowledgements, left - 1, left) == left)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether this heartbeat of the group is the one to refuse.</summary>
    internal bool TakeFence(string group) => _fenced.TryRemove(group, out _);

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Set(FaultMode mode, TimeSpan delay)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            (Mode, _delay) = (mode, delay);
            (changed, _changed) = (_changed, NewSource());
        }

        changed.SetResult();
        ModeChanged?.Invoke();
    }
}
