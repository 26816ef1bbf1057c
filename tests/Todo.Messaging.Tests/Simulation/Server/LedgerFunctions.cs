namespace Todo.Messaging.Tests.Simulation.Server;

/// <summary>The functions of 0001_ledger.sql, step by step: each statement in them sees what is committed when it begins.</summary>
internal sealed class LedgerFunctions(SimulatedServer server)
{
    private readonly Tables _tables = server.Tables;

    public async ValueTask<Guid> AddEventAsync(Work work, OutboxRow value)
    {
        await work.LockAsync(_tables.Subscribing, shared: true);
        var version = (await _tables.KeyVersions.UpsertAsync(work, value.Key, new(1), old => new(old.Version + 1)))!.Version;
        var (id, time) = (server.NewId(), server.Now);
        await _tables.Outbox.InsertAsync(work, id, value with { Id = id, Seq = _tables.Next(), Version = version, Time = time });
        foreach (var subscription in _tables.Subscriptions.Rows(work).Where(x => x.Topic == value.Topic && x.Since <= time))
        {
            await _tables.Deliveries.InsertAsync(work, (id, subscription.Consumer), new(id, subscription.Consumer, "ledger"));
        }

        return id;
    }

    public async ValueTask SubscribeAsync(Work work, string topic, string consumer)
    {
        if (_tables.Subscriptions.Read(work, (topic, consumer)) is null)
        {
            await work.LockAsync(_tables.Subscribing);
            await _tables.Subscriptions.InsertAsync(work, (topic, consumer), new(topic, consumer, server.Now));
        }
    }

    public async ValueTask<(string State, string Origin)> ReceiveAsync(Work work, Guid value, string consumer, DateTimeOffset time, TimeSpan retention, string via)
    {
        var key = (value, consumer);
        var row = await _tables.Deliveries.LockAsync(work, key);
        if (row is null)
        {
            var fresh = new Delivery(value, consumer, OriginOf(work, value));
            row = await _tables.Deliveries.InsertAsync(work, key, fresh) ? fresh : (await _tables.Deliveries.LockAsync(work, key))!;
        }

        if (row.State == "open" && time < server.Now - retention)
        {
            await CloseAsync(work, value, consumer, "expired", via, "older than the retention");
            return ("expired", row.Origin);
        }

        return (row.State, row.Origin);
    }

    public async ValueTask CloseAsync(Work work, Guid value, string consumer, string state, string via, string? error)
    {
        if (_tables.Deliveries.Read(work, (value, consumer)) is { State: "open" }
            && await _tables.Deliveries.LockAsync(work, (value, consumer)) is { State: "open" } row)
        {
            var closed = row with { State = state, HandledAt = server.Now, HandledVia = via, LastError = error ?? row.LastError };
            _tables.Deliveries.Write(work, (value, consumer), closed);
        }
    }

    public async ValueTask<int?> FailAsync(Work work, Guid value, string consumer, string via, bool transient, string error)
    {
        var counts = transient ? 0 : 1;
        await _tables.Failures.InsertAsync(work, _tables.Next(), new(server.Now, consumer, value, via, transient, error));
        var fresh = new Delivery(value, consumer, OriginOf(work, value)) { Attempts = counts, LastError = error };
        var written = await _tables.Deliveries.UpsertAsync(
            work, (value, consumer), fresh, old => old.State == "open" ? old with { Attempts = old.Attempts + counts, LastError = error } : null);
        return written?.Attempts;
    }

    public ValueTask<Counter?> CountUpAsync(Work work, string transport, string name, long by) =>
        _tables.Counters.UpsertAsync(work, (transport, name), new(transport, name, by), old => old with { Value = old.Value + by });

    private string OriginOf(Work work, Guid value) => _tables.Outbox.Read(work, value) is null ? "foreign" : "ledger";
}
