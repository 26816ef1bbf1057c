using System.Data.Common;
using System.Text.Json;
using Todo.Contracts;
using Todo.Contracts.Payloads;
using Todo.Messaging.Publishing;
using Todo.Messaging.Schema;

namespace Todo.Messaging.Management;

/// <summary>Events that do nothing but prove a transport, from an outbox to the inboxes of everyone who is owed them.</summary>
internal sealed class Probes(DbDataSource database, Outbox outbox)
{
    internal const string ReadSql =
        """
        select o.id, o.topic, d.consumer, o.sent_via, d.handled_via, d.handled_at
        from messaging.outbox o join messaging.deliveries d on d.event_id = o.id
        where o.id = any($1) order by o.id, d.consumer
        """;

    public async Task<List<ProbeId>> AddAsync(DbTransaction transaction, string via, IReadOnlyList<string> topics, CancellationToken cancellationToken)
    {
        var probes = new List<ProbeId>();
        foreach (var topic in topics)
        {
            // A key of its own, so that probes spread over the partitions and wait for nothing.
            var key = Guid.NewGuid().ToString();
            var data = JsonSerializer.SerializeToNode(new Probe(via), PayloadJson.Default.Probe)!;
            var value = new OutgoingEvent(topic, EventTypes.Probe, key, $"probes/{key}", data);
            probes.Add(new(await outbox.AddAsync(transaction, value, Lanes.Probe, via, cancellationToken), topic));
        }

        return probes;
    }

    public async Task<List<ProbeDelivery>> ReadAsync(Guid[] ids, CancellationToken cancellationToken)
    {
        await using var command = database.Statement(ReadSql, ids);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<ProbeDelivery>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetDateTime(5)));
        }

        return rows;
    }
}

internal sealed record ProbeId(Guid Id, string Topic);

internal sealed record ProbeDelivery(Guid Id, string Topic, string Consumer, string? SentVia, string? HandledVia, DateTime? HandledAt);
