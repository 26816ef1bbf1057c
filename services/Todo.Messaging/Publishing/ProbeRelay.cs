using Microsoft.Extensions.Logging;
using Npgsql;
using Todo.Messaging.Hosting;
using Todo.Messaging.Ledger;
using Todo.Messaging.Transports;

namespace Todo.Messaging.Publishing;

/// <summary>
/// Relays probes, apart from ordinary events: a probe is there to find out whether a transport works, and one that does not may take its time to say so.
/// </summary>
internal sealed class ProbeRelay(
    ServiceOptions options, ServiceState state, RelayConnection connect, TransportSet transports, ProbeSignal signal, Replayer replayer, TimeProvider time,
    ILogger<ProbeRelay> log)
    : Relay(options, state, connect, transports, signal, time, log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private DateTimeOffset _next;

    protected override IReadOnlyCollection<short> AllLanes { get; } = [Lanes.Probe];

    protected override ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);

    /// <summary>A probe that could not be sent over its transport goes over the current one in the end, so that nothing is held for ever.</summary>
    protected override async Task AfterSweepAsync(IReadOnlyCollection<short> owned, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        // Whether the lane is owned does not matter: while its transport fails it never is for long.
        if (now < _next)
        {
            return;
        }

        _next = now + Interval;
        try
        {
            await replayer.ReleaseProbesAsync(cancellationToken);
        }
        catch (NpgsqlException)
        {
            // The next round does it again; the loss of the database is logged by the relay itself.
        }
    }
}
