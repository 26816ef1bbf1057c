using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Time;

namespace Todo.Operator.Tests.Simulation.Faults;

/// <summary>The network of one process of the operator, with the faults of the run.</summary>
internal sealed class FaultyNetwork : INetwork, IDisposable
{
    private static readonly TimeSpan Hop = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Staleness = TimeSpan.FromSeconds(8);

    private readonly SimulatedProcess _process;
    private readonly ObjectStore _store;
    private readonly VirtualClock _clock;
    private readonly FaultPlan _plan;
    private readonly IFate _fate;
    private readonly List<(string Resource, WatchChannel Channel)> _watches = [];
    private readonly List<Action> _held = [];
    private DateTimeOffset _staleUntil;

    public FaultyNetwork(SimulatedProcess process, ObjectStore store, VirtualClock clock, FaultPlan plan, IFate fate)
    {
        (_process, _store, _clock, _plan, _fate) = (process, store, clock, plan, fate);
        store.Committed += Tell;
    }

    public void Dispose() => _store.Committed -= Tell;

    public Task<T> ReadAsync<T>(Func<T> serve, CancellationToken cancellationToken) => CarryAsync(serve, null, cancellationToken);

    public Task<T> WriteAsync<T>(string what, Func<T> serve, CancellationToken cancellationToken)
    {
        if (!_process.IsAlive)
        {
            return new TaskCompletionSource<T>().Task;
        }

        var fault = _plan.NextWrite();
        _fate.Written(_process, _plan.Writes, what, fault);
        if (fault == FaultKind.CrashBefore)
        {
            _fate.Crash(_process);
            return new TaskCompletionSource<T>().Task;
        }

        if (fault == FaultKind.StaleLeader)
        {
            _fate.TakeOver(_process, this);
        }

        return CarryAsync(serve, fault, cancellationToken);
    }

    public WatchChannel Open(KubernetesEntityDefinition type, long version)
    {
        var channel = new WatchChannel();
        foreach (var change in _store.After(type, version).ToList())
        {
            Send(channel, change);
        }

        _watches.Add((type.QualifiedName, channel));
        return channel;
    }

    /// <summary>What stood still on the way arrives.</summary>
    public void Release()
    {
        _store.IsLate = true;
        _held.ForEach(h => h());
        _store.IsLate = false;
        _held.Clear();
    }

    private Task<T> CarryAsync<T>(Func<T> serve, FaultKind? fault, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<T>();
        void Arrive()
        {
            if (_process.IsFrozen)
            {
                _held.Add(Arrive);
                return;
            }

            try
            {
                if (Refusal(fault) is { } refusal)
                {
                    throw refusal;
                }

                var result = serve();
                if (fault == FaultKind.CrashAfter)
                {
                    _fate.Crash(_process);
                }
                else if (fault == FaultKind.AnswerLost)
                {
                    _clock.After(TimeSpan.FromSeconds(2), () => answer.TrySetException(new KubernetesException(KubernetesError.Timeout, "no answer")));
                }
                else
                {
                    _clock.After(Hop, () => answer.TrySetResult(result));
                }
            }
            catch (KubernetesException e)
            {
                _clock.After(Hop, () => answer.TrySetException(e));
            }
        }

        _clock.After(Hop, Arrive);
        return cancellationToken.CanBeCanceled ? answer.Task.WaitAsync(cancellationToken) : answer.Task;
    }

    private static KubernetesException? Refusal(FaultKind? fault) => fault switch
    {
        FaultKind.Conflict => Refusals.Make(409, "Conflict", "simulated conflict"),
        FaultKind.Gone => Refusals.Make(410, "Expired", "simulated expiry"),
        FaultKind.ServerError => Refusals.Make(500, "InternalError", "simulated failure"),
        FaultKind.TooManyRequests => Refusals.Make(429, "TooManyRequests", "simulated overload"),
        _ => null,
    };

    private void Tell(Change change)
    {
        if (!_process.IsAlive)
        {
            return;
        }

        foreach (var (_, channel) in _watches.Where(w => w.Resource == change.Type.QualifiedName && !w.Channel.IsClosed).ToList())
        {
            Send(channel, change);
        }
    }

    private void Send(WatchChannel channel, Change change)
    {
        var fault = _plan.NextEvent();
        if (fault is not null)
        {
            _fate.Disturbed(_process, _plan.Events, $"{change.What} {change.Type.Kind} {change.Object.Name()}", fault.Value);
        }

        if (fault == FaultKind.Stale)
        {
            _staleUntil = _clock.Now + Staleness;
        }

        switch (fault)
        {
            case FaultKind.Hidden:
                _clock.After(Staleness, () => channel.Close(WatchChannel.Expired()));
                break;
            case FaultKind.Cut or FaultKind.Expired:
                Plan(channel, () => channel.Close(fault == FaultKind.Expired ? WatchChannel.Expired() : null));
                break;
            case FaultKind.Repeated:
                Plan(channel, () => channel.Arrive(change));
                Plan(channel, () => channel.Arrive(change));
                break;
            default:
                Plan(channel, () => channel.Arrive(change));
                break;
        }
    }

    private void Plan(WatchChannel channel, Action arrival)
    {
        var due = _clock.Now + Hop;
        due = due < _staleUntil ? _staleUntil : due;
        channel.LastDue = due < channel.LastDue ? channel.LastDue : due;
        _clock.After(channel.LastDue - _clock.Now, () =>
        {
            if (!channel.IsClosed)
            {
                arrival();
            }
        });
    }
}
