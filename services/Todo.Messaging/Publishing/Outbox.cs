using System.Data.Common;
using System.Diagnostics;
using System.Text;
using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;

namespace Todo.Messaging.Publishing;

/// <summary>The outbox in PostgreSQL: one call of <c>messaging.add_event</c> per event.</summary>
internal sealed class Outbox(ServiceOptions options, RelaySignal signal, RelayNotifications notifications) : IOutbox
{
    internal const string AddSql = "select messaging.add_event($1, $2, $3, $4, $5, $6, $7::json, $8, $9)";

    /// <summary>Brokers take a megabyte by default. An event that none takes would stop its lane for ever, so it is refused to its writer.</summary>
    private const int MaxDataLength = 900_000;

    // Handlers write events into a transaction that somebody else commits, who has to know.
    private static readonly AsyncLocal<OutboxUse?> Use = new();

    public ValueTask<Guid> AddAsync(DbTransaction transaction, OutgoingEvent value, CancellationToken cancellationToken) =>
        AddAsync(transaction, value, Lanes.Of(value.Key), via: null, cancellationToken);

    public void Wake()
    {
        signal.Set();
        notifications.EventsCommitted();
    }

    /// <summary>Whether events are added in what the caller calls from here on.</summary>
    internal static OutboxUse Watch() => Use.Value = new();

    /// <param name="via">Transport to send it over whatever this pod publishes to; null for the pod's own.</param>
    internal async ValueTask<Guid> AddAsync(
        DbTransaction transaction, OutgoingEvent value, short lane, string? via, CancellationToken cancellationToken)
    {
        var data = value.Data.ToJsonString();
        if (Encoding.UTF8.GetByteCount(data) > MaxDataLength)
        {
            throw new ArgumentException($"The data of an event may have {MaxDataLength} bytes.", nameof(value));
        }

        if (Use.Value is { } use)
        {
            use.HasEvents = true;
        }

        await using var command = transaction.Statement(
            AddSql, options.AppId, lane, value.Topic, value.Key, value.Type, value.Subject, data, Activity.Current?.Id, via);
        return (Guid)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}

internal sealed class OutboxUse
{
    public bool HasEvents { get; set; }
}
