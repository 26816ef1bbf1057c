using System.Data.Common;
using Todo.Messaging.Schema;

namespace Todo.Messaging.Ledger;

/// <summary>The deliveries that were given up and not taken up again, the latest first.</summary>
internal sealed class DeadDeliveries(DbDataSource database)
{
    internal const string ReadSql =
        """
        select d.event_id, d.consumer, o.topic, o.type, o.subject, d.handled_at, coalesce(d.handled_via, ''), d.attempts, coalesce(d.last_error, ''),
          o.id is not null and o.sent_at is not null, count(*) over ()
        from messaging.deliveries d left join messaging.outbox o on o.id = d.event_id
        where d.state = 'dead'
        order by d.handled_at desc, d.event_id limit $1
        """;

    /// <param name="limit">How many are listed at most; all are counted.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<DeadAnswer> ReadAsync(int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Statement(ReadSql, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (count, dead) = (0L, new List<DeadDelivery>());
        while (await reader.ReadAsync(cancellationToken))
        {
            string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
            count = reader.GetInt64(10);
            dead.Add(new(
                reader.GetGuid(0), reader.GetString(1), Text(2), Text(3), Text(4), reader.GetDateTime(5), reader.GetString(6), reader.GetInt32(7), reader.GetString(8),
                reader.GetBoolean(9)));
        }

        return new(count, dead);
    }
}

/// <param name="Count">How many there are.</param>
/// <param name="Dead">The latest of them.</param>
internal sealed record DeadAnswer(long Count, IReadOnlyList<DeadDelivery> Dead);

/// <param name="Event">The event's id.</param>
/// <param name="Consumer">Who gave it up.</param>
/// <param name="Topic">Null, as type and subject, when the event is not in the ledger: it is foreign or was forgotten.</param>
/// <param name="At">When it was given up.</param>
/// <param name="Via">The transport of its last arrival.</param>
/// <param name="Attempts">Failed attempts of the handler.</param>
/// <param name="Reason">The last error.</param>
/// <param name="CanBeReplayed">Whether the ledger still has the event, so that it can be sent again.</param>
internal sealed record DeadDelivery(
    Guid Event, string Consumer, string? Topic, string? Type, string? Subject, DateTime At, string Via, int Attempts, string Reason, bool CanBeReplayed);
