using Npgsql;

namespace Todo.Messaging.Tests.Simulation.Server;

/// <summary>The lock of one row, or an advisory one: exclusive or shared, first come first served.</summary>
internal sealed class LockQueue
{
    private readonly List<(Work Work, bool Shared)> _holders = [];
    private readonly List<Waiter> _waiters = [];

    public bool IsWaitedFor => _waiters.Count > 0;

    /// <returns>Whether it is held now; false: ask for a place in the queue.</returns>
    public bool TryTake(Work work, bool shared)
    {
        if (_holders.Exists(x => x.Work == work && (shared || !x.Shared)))
        {
            return true;
        }

        // Who holds it already, shared, does not wait behind those who wait for him.
        if ((_waiters.Count > 0 && !_holders.Exists(x => x.Work == work)) || !IsCompatible(work, shared))
        {
            return false;
        }

        _holders.Add((work, shared));
        return true;
    }

    public Waiter Enqueue(Work work, bool shared)
    {
        var waiter = new Waiter(this, work, shared);
        _waiters.Add(waiter);
        return waiter;
    }

    public void Leave(Waiter waiter)
    {
        _waiters.Remove(waiter);
        Grant();
    }

    public void Release(Work work)
    {
        _holders.RemoveAll(x => x.Work == work);
        Grant();
    }

    /// <summary>Whoever has to end before a waiter gets it.</summary>
    public IEnumerable<Work> Blockers(Waiter waiter)
    {
        var before = _waiters.TakeWhile(x => x != waiter).Where(x => !(x.Shared && waiter.Shared)).Select(x => x.Work);
        return _holders.Where(x => x.Work != waiter.Work && !(x.Shared && waiter.Shared)).Select(x => x.Work).Concat(before);
    }

    private bool IsCompatible(Work work, bool shared) => _holders.TrueForAll(x => x.Work == work || (shared && x.Shared));

    private void Grant()
    {
        while (_waiters.Count > 0 && IsCompatible(_waiters[0].Work, _waiters[0].Shared))
        {
            var next = _waiters[0];
            _waiters.RemoveAt(0);
            _holders.Add((next.Work, next.Shared));
            next.End(error: null);
        }
    }
}

/// <summary>A place in a queue.</summary>
internal sealed class Waiter(LockQueue queue, Work work, bool shared)
{
    // It goes on in a turn of its own: whoever lets it go is in the middle of something.
    private readonly TaskCompletionSource _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LockQueue Queue => queue;

    public Work Work => work;

    public bool Shared => shared;

    public Task Turn => _turn.Task;

    public void End(PostgresException? error)
    {
        if (error is null)
        {
            _turn.SetResult();
        }
        else
        {
            _turn.SetException(error);
        }
    }
}
