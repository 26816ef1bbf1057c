namespace Todo.Messaging.Tests.Simulation.Server;

/// <summary>What the ledger answers from, and the operator's epoch.</summary>
internal sealed class LedgerQueries(SimulatedServer server)
{
    private readonly Tables _tables = server.Tables;

    public Answer Open(Work work)
    {
        var open = _tables.Deliveries.Rows(work).Where(x => x.State == "open");
        var groups = open.Select(x => _tables.Outbox.Read(work, x.Event)).OfType<OutboxRow>().GroupBy(x => (Via: x.SentAt is null ? null : x.SentVia, Producer: x.SentAt is null ? x.Producer : null));
        return new([.. groups.Select(x => (object?[])[x.Key.Via, x.Key.Producer, x.LongCount(), (server.Now - x.Min(e => e.SentAt ?? e.Time)).TotalSeconds])], 0);
    }

    public Answer Counters(Work work) => new([.. _tables.Counters.Rows(work).Select(x => (object?[])[x.Transport, x.Name, x.Value])], 0);

    /// <summary>Percentiles are not simulated: they are null, as when nothing was handled that counts.</summary>
    public Answer Recent(Work work, int seconds)
    {
        var since = server.Now - TimeSpan.FromSeconds(seconds);
        return Answer.Of(
            _tables.Outbox.Rows(work).LongCount(x => x.Time.ToUnixTimeMilliseconds() >= since.ToUnixTimeMilliseconds() && x.SentAt is not null),
            _tables.Deliveries.Rows(work).LongCount(x => x.State == "handled" && x.HandledAt > since),
            _tables.Failures.Rows(work).LongCount(x => x.At > since),
            null,
            null);
    }

    public long Epoch(Work work) => _tables.Platform.Read(work, 0)?.Epoch ?? 0;

    public async ValueTask<Answer> RaiseEpochAsync(Work work, long epoch)
    {
        if (Epoch(work) > epoch)
        {
            return Answer.Changed(0);
        }

        return Answer.Changed(await _tables.Platform.UpsertAsync(work, 0, new(epoch), old => old.Epoch <= epoch ? new(epoch) : null) is null ? 0 : 1);
    }
}
