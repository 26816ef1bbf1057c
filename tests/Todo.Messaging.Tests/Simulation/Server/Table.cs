namespace Todo.Messaging.Tests.Simulation.Server;

/// <summary>
/// Rows by their key, at READ COMMITTED: a statement sees what is committed when it begins and what its own transaction wrote; who writes a row waits for the
/// end of whoever wrote it before, and goes on from what that one has left. Rows are never deleted: what forgets them is not simulated.
/// </summary>
internal sealed class Table<TKey, TRow>
    where TKey : notnull
    where TRow : class
{
    private readonly Dictionary<TKey, Slot> _slots = [];

    public TRow? Read(Work work, TKey key) => _slots.GetValueOrDefault(key)?.Visible(work);

    /// <summary>What a statement that begins now sees, in the order in which it was written first.</summary>
    public List<TRow> Rows(Work work)
    {
        var rows = new List<TRow>(_slots.Count);
        foreach (var slot in _slots.Values)
        {
            if (slot.Visible(work) is { } row)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    /// <summary>What is committed now.</summary>
    public IEnumerable<TRow> Committed() => _slots.Values.Select(x => x.Committed).OfType<TRow>();

    public IEnumerable<(TKey Key, TRow Row)> Keys() => _slots.Where(x => x.Value.Committed is not null).Select(x => (x.Key, x.Value.Committed!));

    /// <summary>FOR UPDATE.</summary>
    /// <returns>The row as it is once the lock is held; null, and no waiting, when there is none to be seen.</returns>
    public async ValueTask<TRow?> LockAsync(Work work, TKey key)
    {
        if (_slots.GetValueOrDefault(key) is not { } slot || slot.Visible(work) is null)
        {
            return null;
        }

        await work.LockAsync(slot.Lock);
        return slot.Visible(work);
    }

    /// <summary>Writes a row that is locked.</summary>
    public void Write(Work work, TKey key, TRow row) => _slots[key].Write(work, row);

    /// <summary>INSERT ... ON CONFLICT DO NOTHING. Waits for whoever is about to insert the same.</summary>
    /// <returns>Whether it was inserted.</returns>
    public async ValueTask<bool> InsertAsync(Work work, TKey key, TRow row)
    {
        var slot = SlotOf(key);
        if (slot.Visible(work) is not null)
        {
            return false;
        }

        await work.LockAsync(slot.Lock);
        if (slot.Committed is not null)
        {
            work.Release(slot.Lock);
            return false;
        }

        slot.Write(work, row);
        return true;
    }

    /// <summary>INSERT ... ON CONFLICT DO UPDATE.</summary>
    /// <param name="update">Null: what the WHERE of the update excludes. The row is locked all the same.</param>
    /// <returns>The row that was written, or null.</returns>
    public async ValueTask<TRow?> UpsertAsync(Work work, TKey key, TRow row, Func<TRow, TRow?> update)
    {
        var slot = SlotOf(key);
        await work.LockAsync(slot.Lock);
        var written = slot.Visible(work) is { } old ? update(old) : row;
        if (written is not null)
        {
            slot.Write(work, written);
        }

        return written;
    }

    private Slot SlotOf(TKey key)
    {
        if (!_slots.TryGetValue(key, out var slot))
        {
            slot = _slots[key] = new();
        }

        return slot;
    }

    private sealed class Slot : ISlot
    {
        private TRow? _pending;
        private Work? _writer;

        public TRow? Committed { get; private set; }

        public LockQueue Lock { get; } = new();

        public TRow? Visible(Work work) => _writer == work ? _pending : Committed;

        public void Write(Work work, TRow row)
        {
            (_pending, _writer) = (row, work);
            work.Wrote(this);
        }

        public void Publish()
        {
            Committed = _pending;
            Discard();
        }

        public void Discard() => (_pending, _writer) = (null, null);
    }
}
