using System.Data.Common;
using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;

namespace Todo.Messaging.Consuming;

/// <summary>This consumer's deliveries in the database.</summary>
internal sealed class Inbox(ServiceOptions options)
{
    internal const string ReceiveSql = "select state, origin from messaging.receive($1, $2, $3, $4, $5)";

    internal const string CloseSql = "select messaging.close($1, $2, $3, $4, $5)";

    internal const string FailSql = "select messaging.fail($1, $2, $3, $4, $5)";

    /// <summary>Locks the delivery until the end of the transaction.</summary>
    public async Task<InboxEntry> ReceiveAsync(DbTransaction transaction, IncomingEvent value, CancellationToken cancellationToken)
    {
        await using var command = transaction.Statement(
            ReceiveSql, value.Id, options.AppId, value.Time.ToUniversalTime(), options.Delivery.Retention, value.Via);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetString(0), reader.GetString(1) == "foreign");
    }

    /// <summary>Closes a delivery that this transaction has received.</summary>
    public async Task CloseAsync(DbTransaction transaction, IncomingEvent value, string state, string? error, CancellationToken cancellationToken)
    {
        await using var command = transaction.Statement(CloseSql, value.Id, options.AppId, state, value.Via, error);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Closes a delivery and commits, in one round trip: of the four that an event takes, the one that can be saved. When closing fails, as it does in a
    /// transaction that a swallowed error has aborted, the commit is skipped.
    /// </summary>
    public async Task CloseAndCommitAsync(DbTransaction transaction, IncomingEvent value, string state, CancellationToken cancellationToken)
    {
        await using var batch = transaction.Connection!.CreateBatch();
        batch.Transaction = transaction;
        batch.Add(CloseSql, value.Id, options.AppId, state, value.Via, null);
        batch.Add("commit");
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Records a failed attempt, after its transaction was rolled back.</summary>
    /// <returns>Attempts so far, without transient ones; null when the delivery was closed by somebody else meanwhile.</returns>
    public async Task<int?> FailAsync(DbDataSource database, IncomingEvent value, bool transient, string error, CancellationToken cancellationToken)
    {
        await using var command = database.Statement(FailSql, value.Id, options.AppId, value.Via, transient, error);
        return await command.ExecuteScalarAsync(cancellationToken) as int?;
    }
}

/// <param name="State">State of the delivery; <c>open</c>: it is ours to handle.</param>
/// <param name="IsForeign">The event is not in the ledger.</param>
internal readonly record struct InboxEntry(string State, bool IsForeign)
{
    public bool IsOpen => State == DeliveryStates.Open;
}

/// <summary>States of a delivery, as the database spells them.</summary>
internal static class DeliveryStates
{
    public const string Open = "open";
    public const string Handled = "handled";
    public const string Dead = "dead";
    public const string Superseded = "superseded";
    public const string Expired = "expired";
}
