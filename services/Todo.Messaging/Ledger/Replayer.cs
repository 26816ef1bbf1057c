using System.Data.Common;
using Todo.Messaging.Hosting;
using Todo.Messaging.Publishing;
using Todo.Messaging.Schema;

namespace Todo.Messaging.Ledger;

/// <summary>
/// Marks events to be sent again. Marking is all it does: the producer's relay sends them like new ones, over its current transport and in their order per key,
/// and the inbox suppresses what was handled meanwhile.
/// </summary>
internal sealed class Replayer(DbDataSource database, ServiceOptions options)
{
    // Counted on the transport that they were last sent over.
    private const string MarkAndCount =
        """
        , marked as (
          update messaging.outbox o set sent_at = null, via = null, replays = o.replays + 1
          from due where o.id = due.id and o.sent_at is not null
          returning o.id, o.sent_via),
        counted as (
          select messaging.count_up(sent_via, 'replayed', count(*)) from (select sent_via from marked order by 1) m group by sent_via)
        select (select count(*) from marked), (select count(*) from counted)
        """;

    internal const string ReplaySql =
        """
        with due as (
          select distinct o.id from messaging.deliveries d join messaging.outbox o on o.id = d.event_id
          where d.state = 'open' and o.sent_at is not null and o.sent_via = any($1))
        """ + MarkAndCount;

    // The inbox closes what others have handled already; only the delivery that was dead is handled.
    internal const string ReplayDeadSql =
        """
        with opened as (
          update messaging.deliveries d set state = 'open', attempts = 0, handled_at = null, handled_via = null
          from messaging.outbox o where o.id = d.event_id and o.sent_at is not null and d.state = 'dead'
          returning d.event_id),
        due as (select distinct event_id as id from opened)
        """ + MarkAndCount;

    internal const string ReconcileSql =
        """
        with due as (
          select o.id from messaging.outbox o
          where o.id in (select d.event_id from messaging.deliveries d where d.state = 'open')
            and o.producer = $1 and (o.lane = any($2) or o.lane = $3) and o.sent_at < clock_timestamp() - $4 and o.sent_via <> $5
          order by o.seq limit $6)
        """ + MarkAndCount;

    internal const string ReleaseProbesSql =
        """
        update messaging.outbox set via = null
        where producer = $1 and sent_at is null and lane = $2 and via is not null and time < clock_timestamp() - $3
        """;

    /// <summary>Every open event last sent over one of the transports, whoever produced it.</summary>
    /// <returns>How many events.</returns>
    public static async Task<int> ReplayAsync(DbTransaction transaction, string[] from, CancellationToken cancellationToken)
    {
        await using var command = transaction.Statement(ReplaySql, [from]);
        return (int)(long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Every dead delivery of an event that the ledger still has is open again with no failed attempts, and its event is sent again.</summary>
    /// <returns>How many events.</returns>
    public static async Task<int> ReplayDeadAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = transaction.Statement(ReplayDeadSql);
        return (int)(long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>This producer's open events of the given lanes that are older than <c>RECONCILE_AFTER</c> on a transport that is not its current one.</summary>
    public async Task<int> ReconcileAsync(IReadOnlyCollection<short> lanes, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Statement(
            ReconcileSql, options.AppId, lanes.ToArray(), Lanes.Probe, options.Delivery.ReconcileAfter, options.PublishesTo, limit);
        return (int)(long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task ReleaseProbesAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Statement(ReleaseProbesSql, options.AppId, Lanes.Probe, options.Delivery.ReconcileAfter);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
