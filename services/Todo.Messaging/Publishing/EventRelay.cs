using Microsoft.Extensions.Logging;
using Npgsql;
using Todo.Messaging.Hosting;
using Todo.Messaging.Ledger;
using Todo.Messaging.Transports;

namespace Todo.Messaging.Publishing;

/// <summary>Relays ordinary events, and reconciles: what stays open on a transport that is not current any more is sent again, rate limited.</summary>
internal sealed partial class EventRelay(
    ServiceOptions options, ServiceState state, RelayConnection connect, TransportSet transports, RelaySignal signal, RelayNotifications notifications,
    Replayer replayer, TimeProvider time, ILogger<EventRelay> log)
    : Relay(options, state, connect, transports, signal, time, log)
{
    /// <summary>Events reconciled in one round.</summary>
    public const int ReconcileLimit = 500;

    private static readonly TimeSpan ReconcileInterval = TimeSpan.FromSeconds(5);

    private DateTimeOffset _nextReconcile;

    protected override IReadOnlyCollection<short> AllLanes { get; } = [.. Enumerable.Range(0, Lanes.Count).Select(x => (short)x)];

    protected override void OnOwnership(bool ownsAll) => notifications.OwnsAllLanes = ownsAll;

    protected override Task OnStoppedAsync(CancellationToken cancellationToken) => notifications.LanesFreedAsync(cancellationToken);

    protected override async Task AfterSweepAsync(IReadOnlyCollection<short> owned, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        if (owned.Count == 0 || now < _nextReconcile)
        {
            return;
        }

        _nextReconcile = now + ReconcileInterval;
        try
        {
            var events = await replayer.ReconcileAsync(owned, ReconcileLimit, cancellationToken);
            if (events > 0)
            {
                Reconciled(log, events, Options.PublishesTo);
            }
        }
        catch (NpgsqlException e)
        {
            // It runs on a connection of its own; the lanes are not lost, and the next round does it again.
            NotReconciled(log, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Events} events were open for too long on transports that are not current; they are sent again over {Transport}")]
    private static partial void Reconciled(ILogger logger, int events, string transport);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reconciliation failed: {Reason}")]
    private static partial void NotReconciled(ILogger logger, string reason);
}
