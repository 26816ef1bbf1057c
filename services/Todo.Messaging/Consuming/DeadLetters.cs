using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Todo.Contracts;
using Todo.Contracts.Payloads;
using Todo.Messaging.Hosting;
using Todo.Messaging.Publishing;
using Todo.Messaging.Schema;

namespace Todo.Messaging.Consuming;

/// <summary>
/// Deliveries that are given up: recorded as dead with the reason, and forwarded to this consumer's dead-letter topic by an event of its own, in one
/// transaction.
/// </summary>
internal sealed partial class DeadLetters(ServiceOptions options, DbDataSource database, Inbox inbox, Outbox outbox, ILogger<DeadLetters> log)
{
    internal const string CountSql = "select messaging.count_up($1, 'dead', 1)";

    public string Topic { get; } = options.Delivery.DeadLetterTopicOf(options.AppId);

    public Task<DispatchOutcome> BuryAsync(Arrival arrival, string reason, CancellationToken cancellationToken) =>
        BuryAsync(arrival, reason, forward: true, cancellationToken);

    /// <summary>
    /// An event on the dead-letter topic itself: our own forwarded ones need nothing; another was put there by the broker, which gave up before we did.
    /// </summary>
    public async Task<DispatchOutcome> ReceiveAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        if (arrival.Event.Type is EventTypes.DeadLetter or EventTypes.Probe)
        {
            return DispatchOutcome.Handled;
        }

        return await BuryAsync(arrival, "given up by the broker", forward: false, cancellationToken);
    }

    private async Task<DispatchOutcome> BuryAsync(Arrival arrival, string reason, bool forward, CancellationToken cancellationToken)
    {
        var value = arrival.Event;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var entry = await inbox.ReceiveAsync(transaction, value, cancellationToken);
        if (!entry.IsOpen)
        {
            await transaction.CommitAsync(cancellationToken);
            return entry.State == DeliveryStates.Expired ? DispatchOutcome.Expired : DispatchOutcome.Duplicate;
        }

        await inbox.CloseAsync(transaction, value, DeliveryStates.Dead, reason, cancellationToken);
        await using (var count = transaction.Statement(CountSql, value.Via))
        {
            await count.ExecuteNonQueryAsync(cancellationToken);
        }

        if (forward)
        {
            var letter = new OutgoingEvent(Topic, EventTypes.DeadLetter, value.Key ?? value.Id.ToString(), $"events/{value.Id}", LetterOf(arrival, reason));
            await outbox.AddAsync(transaction, letter, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        outbox.Wake();
        Dead(log, value.Id, value.Topic, value.Via, reason);
        return DispatchOutcome.Dead;
    }

    // The event as it came: as JSON where it can be, else its bytes.
    private JsonNode LetterOf(Arrival arrival, string reason)
    {
        var json = TryParse(arrival.Body);
        var letter = new DeadLetter(
            options.AppId, arrival.Event.Topic, arrival.Event.Id, reason, json, json is null ? Convert.ToBase64String(arrival.Body.Span) : null);
        return JsonSerializer.SerializeToNode(letter, PayloadJson.Default.DeadLetter)!;
    }

    private static JsonElement? TryParse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(body.Span);
            // Text that is not valid Unicode shows only when it is written.
            _ = JsonSerializer.SerializeToUtf8Bytes(json);
            return json.ValueKind == JsonValueKind.Null ? null : json;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Id} of {Topic} over {Transport} is dead: {Reason}")]
    private static partial void Dead(ILogger logger, Guid id, string topic, string transport, string reason);
}
