using Npgsql;

namespace Todo.Messaging.Tests.Simulation.Server;

/// <summary>A transaction: what it has written, which nobody else sees before it commits, and the locks that it holds until it ends.</summary>
internal sealed class Work(Session session)
{
    private readonly List<ISlot> _written = [];
    private readonly List<LockQueue> _held = [];
    private Waiter? _waiting;

    public Session Session => session;

    public bool IsWaiting => _waiting is not null;

    /// <exception cref="PostgresException">A deadlock; cancelled or ended by the administrator while it waited.</exception>
    public async ValueTask LockAsync(LockQueue queue, bool shared = false)
    {
        if (!queue.TryTake(this, shared))
        {
            _waiting = queue.Enqueue(this, shared);
            if (IsBlockedBy(this, []))
            {
                Abort(Errors.Of(PostgresErrorCodes.DeadlockDetected, "deadlock detected"));
            }

            await (_waiting?.Turn ?? throw Errors.Of(PostgresErrorCodes.DeadlockDetected, "deadlock detected"));
            _waiting = null;
        }

        if (!_held.Contains(queue))
        {
            _held.Add(queue);
        }
    }

    /// <summary>Lets go what turned out not to be needed.</summary>
    public void Release(LockQueue queue)
    {
        if (_held.Remove(queue))
        {
            queue.Release(this);
        }
    }

    public void Wrote(ISlot slot)
    {
        if (!_written.Contains(slot))
        {
            _written.Add(slot);
        }
    }

    public void Commit() => End(static slot => slot.Publish());

    public void Rollback() => End(static slot => slot.Discard());

    /// <summary>Ends its waiting, if it waits, with an error.</summary>
    public void Abort(PostgresException error)
    {
        if (_waiting is { Turn.IsCompleted: false } waiter)
        {
            _waiting = null;
            waiter.End(error);
            waiter.Queue.Leave(waiter);
        }
    }

    private void End(Action<ISlot> each)
    {
        _written.ForEach(each);
        foreach (var queue in _held)
        {
            queue.Release(this);
        }

        _written.Clear();
        _held.Clear();
    }

    private bool IsBlockedBy(Work victim, HashSet<Work> seen) =>
        _waiting is { Turn.IsCompleted: false } waiter
        && waiter.Queue.Blockers(waiter).Any(x => x == victim || (seen.Add(x) && x.IsBlockedBy(victim, seen)));
}

/// <summary>A row as transactions write it.</summary>
internal interface ISlot
{
    void Publish();

    void Discard();
}

internal static class Errors
{
    public static PostgresException Of(string code, string message) => new(message, "ERROR", "ERROR", code);
}
