using System.Data.Common;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Todo.Contracts;
using Todo.Messaging.Hosting;
using Todo.Messaging.Ledger;
using Todo.Messaging.Publishing;
using Todo.Messaging.Telemetry;

namespace Todo.Messaging.Consuming;

/// <summary>
/// The one way in for events of both transports: the effect and the record that it happened are one transaction, so an event has its effect
/// once, whatever is delivered twice.
/// </summary>
internal sealed partial class Dispatcher(
    ServiceOptions options,
    DbDataSource database,
    Inbox inbox,
    DeadLetters deadLetters,
    LedgerCounters counters,
    Outbox outbox,
    IEnumerable<HandlerRegistration> handlers,
    IServiceScopeFactory scopes,
    TimeProvider time,
    ILogger<Dispatcher> log)
{
    // Whatever is logged in a handler names its event.
    private static readonly Func<ILogger, Guid, string, IDisposable?> EventScope = LoggerMessage.DefineScope<Guid, string>("event {EventId} of {Topic}");

    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, Type> _handlers = handlers.ToDictionary(x => x.Topic, x => x.Handler);

    public IReadOnlyCollection<string> Topics => _handlers.Keys;

    public bool Knows(string topic) => _handlers.ContainsKey(topic) || topic == deadLetters.Topic;

    /// <summary>
    /// Handles an arrival. Failed attempts are repeated here until they succeed or the delivery is dead; a transient failure is returned as
    /// <see cref="DispatchOutcome.Retry"/>, for the transport to wait as suits it.
    /// </summary>
    public async Task<DispatchOutcome> DispatchAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        using var activity = MessagingTrace.StartProcess(arrival.Event, options.AppId);
        using var scope = EventScope(log, arrival.Event.Id, arrival.Event.Topic);
        var started = time.GetTimestamp();
        var outcome = await RunAsync(arrival, cancellationToken);
        if (outcome == DispatchOutcome.Duplicate)
        {
            counters.Add(arrival.Event.Via, LedgerCounters.Suppressed);
        }

        MessagingMetrics.HandlerDuration.Record(
            time.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("topic", arrival.Event.Topic));
        MessagingMetrics.Consumed.Add(
            1,
            new KeyValuePair<string, object?>("topic", arrival.Event.Topic),
            new KeyValuePair<string, object?>("transport", arrival.Event.Via),
            new KeyValuePair<string, object?>("outcome", outcome.ToString()));
        activity?.SetTag("todo.outcome", outcome.ToString());
        return outcome;
    }

    private async Task<DispatchOutcome> RunAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        for (var backoff = FirstBackoff; ; backoff *= 2)
        {
            try
            {
                // By its type too: the operator's Subscription brings what is on the dead-letter topic to the route of the topic it came from, so that an event given
                // up by the broker has another chance. A letter of our own that was handled like an event could die like one, and write the next letter.
                if (arrival.Event.Topic == deadLetters.Topic || arrival.Event.Type == EventTypes.DeadLetter)
                {
                    return await deadLetters.ReceiveAsync(arrival, cancellationToken);
                }

                return arrival.Problem is { } problem
                    ? await deadLetters.BuryAsync(arrival, problem, cancellationToken)
                    : await TryOnceAsync(arrival.Event, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (await FailedAsync(arrival, e, cancellationToken) is { } outcome)
                {
                    return outcome;
                }
            }

            await Task.Delay(backoff, time, cancellationToken);
        }
    }

    private async Task<DispatchOutcome> TryOnceAsync(IncomingEvent value, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Delivery.HandlerTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        await using var connection = await database.OpenConnectionAsync(limit.Token);
        await using var transaction = await connection.BeginTransactionAsync(limit.Token);
        var entry = await inbox.ReceiveAsync(transaction, value, limit.Token);
        if (!entry.IsOpen)
        {
            await transaction.CommitAsync(limit.Token);
            return entry.State == DeliveryStates.Expired ? DispatchOutcome.Expired : DispatchOutcome.Duplicate;
        }

        var events = Outbox.Watch();
        if (value.Type != EventTypes.Probe)
        {
            await using var scope = scopes.CreateAsyncScope();
            var handler = (IEventHandler)scope.ServiceProvider.GetRequiredService(_handlers[value.Topic]);
            await handler.HandleAsync(value, transaction, limit.Token);
        }

        await inbox.CloseAndCommitAsync(transaction, value, DeliveryStates.Handled, limit.Token);
        if (events.HasEvents)
        {
            outbox.Wake();
        }

        if (entry.IsForeign)
        {
            counters.Add(value.Via, LedgerCounters.Foreign);
        }

        return DispatchOutcome.Handled;
    }

    /// <summary>Everything the attempt did is rolled back by now; what is recorded here is recorded for itself.</summary>
    /// <returns>Null: try again at once.</returns>
    private async Task<DispatchOutcome?> FailedAsync(Arrival arrival, Exception error, CancellationToken cancellationToken)
    {
        var value = arrival.Event;
        var kind = Failures.Classify(error);
        var description = Failures.Describe(error);
        try
        {
            if (kind == FailureKind.Superseded)
            {
                return await CloseAsync(value, description, cancellationToken);
            }

            MessagingMetrics.FailedAttempts.Add(1, new KeyValuePair<string, object?>("topic", value.Topic));
            Failed(log, error, value.Id, value.Topic, value.Via, kind);
            var attempts = await inbox.FailAsync(database, value, kind == FailureKind.Transient, description, cancellationToken);
            if (kind == FailureKind.Transient)
            {
                return DispatchOutcome.Retry;
            }

            if (attempts is null)
            {
                return DispatchOutcome.Duplicate;
            }

            return kind == FailureKind.Poison || attempts >= options.Delivery.MaxRetries
                ? await deadLetters.BuryAsync(arrival, description, cancellationToken)
                : null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Not even the failure could be recorded: most likely the database is away.
            NotRecorded(log, e, value.Id, value.Topic);
            return DispatchOutcome.Retry;
        }
    }

    private async Task<DispatchOutcome> CloseAsync(IncomingEvent value, string reason, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var entry = await inbox.ReceiveAsync(transaction, value, cancellationToken);
        if (entry.IsOpen)
        {
            await inbox.CloseAsync(transaction, value, DeliveryStates.Superseded, reason, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return DispatchOutcome.Superseded;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An attempt to handle event {Id} of {Topic} over {Transport} failed ({Kind})")]
    private static partial void Failed(ILogger logger, Exception error, Guid id, string topic, string transport, FailureKind kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The failure of event {Id} of {Topic} could not be recorded; the event is tried again")]
    private static partial void NotRecorded(ILogger logger, Exception error, Guid id, string topic);
}
