using Npgsql;
using NpgsqlTypes;
using Todo.Messaging.Hosting;

namespace Todo.Messaging.Consuming;

/// <summary>This consumer's deliveries in the database.</summary>
internal sealed class Inbox(ServiceOptions options)
{
    /// <summary>Locks the delivery until the end of the transaction.</summary>
    public async Task<InboxEntry> ReceiveAsync(NpgsqlTransaction transaction, IncomingEvent value, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select state, origin from messaging.receive($1, $2, $3, $4, $5)", transaction.Connection, transaction)
        {
            Parameters =
            {
                new() { Value = value.Id }, new() { Value = options.AppId },
                new() { Value = value.Time.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                new() { Value = options.Delivery.Retention }, new() { Value = value.Via },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetString(0), reader.GetString(1) == "foreign");
    }

    /// <summary>Closes a delivery that this transaction has received.</summary>
    public async Task CloseAsync(NpgsqlTransaction transaction, IncomingEvent value, string state, string? error, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction) { BatchCommands = { Close(value, state, error) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Closes a delivery and commits, in one round trip: of the four that an event takes, the one that can be saved. When closing fails, as it does in a
    /// transaction that a swallowed error has aborted, the commit is skipped.
    /// </summary>
    public async Task CloseAndCommitAsync(NpgsqlTransaction transaction, IncomingEvent value, string state, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction) { BatchCommands = { Close(value, state, error: null), new("commit") } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Records a failed attempt, after its transaction was rolled back.</summary>
    /// <returns>Attempts so far, without transient ones; null when the delivery was closed by somebody else meanwhile.</returns>
    public async Task<int?> FailAsync(NpgsqlDataSource database, IncomingEvent value, bool transient, string error, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select messaging.fail($1, $2, $3, $4, $5)");
        command.Parameters.AddRange((NpgsqlParameter[])
        [
            new() { Value = value.Id }, new() { Value = options.AppId }, new() { Value = value.Via }, new() { Value = transient }, new() { Value = error },
        ]);
        return await command.ExecuteScalarAsync(cancellationToken) as int?;
    }

    private NpgsqlBatchCommand Close(IncomingEvent value, string state, string? error) => new("select messaging.close($1, $2, $3, $4, $5)")
    {
        Parameters =
        {
            new() { Value = value.Id }, new() { Value = options.AppId }, new() { Value = state }, new() { Value = value.Via },
            new() { Value = (object?)error ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        },
    };
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
