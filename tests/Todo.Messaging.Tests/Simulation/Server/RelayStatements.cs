namespace Todo.Messaging.Tests.Simulation.Server;

/// <summary>What relays and operators ask: lanes, claims, marks, and what is to be sent again.</summary>
internal sealed class RelayStatements(SimulatedServer server, LedgerFunctions functions)
{
    private readonly Tables _tables = server.Tables;

    public Answer Lock(Work work, int space, int[] lanes) =>
        new([.. lanes.Where(x => server.TryLock(work.Session, space, x)).Select(x => (object?[])[x])], 0);

    public Answer Unlock(Work work, int space, int[] lanes) =>
        new([.. lanes.Select(x => (object?[])[server.Unlock(work.Session, space, x)])], 0);

    public Answer Claim(Work work, string producer, short[] lanes, int limit)
    {
        var rows = _tables.Outbox.Rows(work).Where(x => x.Producer == producer && x.SentAt is null && lanes.Contains(x.Lane)).OrderBy(x => x.Seq).Take(limit);
        return new(
            [.. rows.Select(x => (object?[])[x.Id, x.Lane, x.Topic, x.Key, x.Version, x.Type, x.Subject, x.Time, x.Data, x.TraceParent, x.Via, server.Now])], 0);
    }

    public async ValueTask MarkAsync(Work work, Guid[] ids, DateTimeOffset[] times, string[] vias)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            if (await _tables.Outbox.LockAsync(work, ids[i]) is { } row)
            {
                _tables.Outbox.Write(work, row.Id, row with { SentAt = times[i], SentVia = vias[i] });
            }
        }
    }

    public ValueTask<Answer> ReplayAsync(Work work, string[] from)
    {
        var open = Open(work);
        return SendAgainAsync(work, _tables.Outbox.Rows(work).Where(x => open.Contains(x.Id) && x.SentAt is not null && from.Contains(x.SentVia)));
    }

    public ValueTask<Answer> ReconcileAsync(Work work, string producer, short[] lanes, short probes, TimeSpan after, string current, int limit)
    {
        var (open, before) = (Open(work), server.Now - after);
        var due = _tables.Outbox.Rows(work)
            .Where(x => open.Contains(x.Id) && x.Producer == producer && (lanes.Contains(x.Lane) || x.Lane == probes) && x.SentAt < before && x.SentVia != current)
            .OrderBy(x => x.Seq).Take(limit);
        return SendAgainAsync(work, due);
    }

    public async ValueTask<Answer> ReleaseProbesAsync(Work work, string producer, short lane, TimeSpan after)
    {
        var before = server.Now - after;
        bool IsDue(OutboxRow row) => row.Producer == producer && row.SentAt is null && row.Lane == lane && row.Via is not null && row.Time < before;
        var changed = 0;
        foreach (var seen in _tables.Outbox.Rows(work).Where(IsDue))
        {
            if (await _tables.Outbox.LockAsync(work, seen.Id) is { } row && IsDue(row))
            {
                _tables.Outbox.Write(work, row.Id, row with { Via = null });
                changed++;
            }
        }

        return Answer.Changed(changed);
    }

    private HashSet<Guid> Open(Work work) => [.. _tables.Deliveries.Rows(work).Where(x => x.State == "open").Select(x => x.Event)];

    // What is due is known when the statement begins; who waits for a row looks at it again afterwards, at whether it is marked sent and at nothing else.
    private async ValueTask<Answer> SendAgainAsync(Work work, IEnumerable<OutboxRow> due)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var seen in due.ToList())
        {
            if (await _tables.Outbox.LockAsync(work, seen.Id) is { SentAt: not null } row)
            {
                _tables.Outbox.Write(work, row.Id, row with { SentAt = null, Via = null, Replays = row.Replays + 1 });
                counts[row.SentVia!] = counts.GetValueOrDefault(row.SentVia!) + 1;
            }
        }

        foreach (var (via, count) in counts)
        {
            await functions.CountUpAsync(work, via, "replayed", count);
        }

        return Answer.Of(counts.Values.Sum(), (long)counts.Count);
    }
}
