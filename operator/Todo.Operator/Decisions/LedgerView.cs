using Todo.Operator.Topology;

namespace Todo.Operator.Decisions;

/// <summary><c>GET /internal/ledger</c>, with the Components of one broker added up.</summary>
/// <param name="Transports">By transport; one that is missing has nothing.</param>
/// <param name="Held">Deliveries whose event was not sent yet.</param>
/// <param name="Recent">The recent past.</param>
public sealed record LedgerView(IReadOnlyDictionary<Transport, TransportLedger> Transports, long Held, RecentLedger Recent)
{
    /// <summary>Deliveries whose event was not sent yet, by the app-id of its producer; one that is missing has none.</summary>
    public IReadOnlyDictionary<string, UnsentLedger> Unsent { get; init; } = new Dictionary<string, UnsentLedger>();

    /// <summary>The highest epoch of an order that the services have had; they refuse lower ones.</summary>
    public long Epoch { get; init; }

    /// <summary>Figures of one transport.</summary>
    public TransportLedger this[Transport transport] => Transports.GetValueOrDefault(transport, TransportLedger.Empty);

    /// <summary>Open deliveries whose event was last sent over this broker, whichever way.</summary>
    public long InFlight(Broker broker) => Transports.Where(t => t.Key.Broker == broker).Sum(t => t.Value.InFlight);

    /// <summary>Events that arrived over this broker and are not in the ledger, since ever.</summary>
    public long Foreign(Broker broker) => Transports.Where(t => t.Key.Broker == broker).Sum(t => t.Value.Foreign);

    /// <summary>Events that were sent over this broker and later sent again, since ever.</summary>
    public long Replayed(Broker broker) => Transports.Where(t => t.Key.Broker == broker).Sum(t => t.Value.Replayed);

    /// <summary>Age of the oldest open delivery on this broker, in seconds.</summary>
    public double OldestSeconds(Broker broker) =>
        Transports.Where(t => t.Key.Broker == broker).Select(t => t.Value.OldestSeconds).DefaultIfEmpty(0).Max();
}

/// <summary>What the ledger says of one transport.</summary>
public sealed record TransportLedger(long InFlight, double OldestSeconds, long Replayed, long Suppressed, long Dead, long Foreign)
{
    /// <summary>Nothing was ever sent over it.</summary>
    public static TransportLedger Empty { get; } = new(0, 0, 0, 0, 0, 0);
}

/// <summary>What one producer has not sent yet.</summary>
/// <param name="Held">Deliveries.</param>
/// <param name="OldestSeconds">Age of the oldest.</param>
public sealed record UnsentLedger(long Held, double OldestSeconds);

/// <summary>Events of the last seconds.</summary>
/// <param name="Seconds">Length of the window.</param>
/// <param name="Published">Events sent.</param>
/// <param name="Handled">Deliveries closed.</param>
/// <param name="Failed">Failed attempts of a handler.</param>
/// <param name="P50">Median of sent → handled, in milliseconds.</param>
/// <param name="P95">95th percentile of the same.</param>
public sealed record RecentLedger(double Seconds, long Published, long Handled, long Failed, double P50, double P95)
{
    /// <summary>Failed attempts of all attempts, in percent.</summary>
    public double FailurePercent => Handled + Failed == 0 ? 0 : 100.0 * Failed / (Handled + Failed);
}

/// <summary>One owed delivery of a probe event, from <c>GET /internal/probes</c>.</summary>
/// <param name="Topic">Topic of the probe.</param>
/// <param name="Consumer">App-id of the consumer.</param>
/// <param name="HandledVia">Transport by which it arrived, as the consumer saw it; null while it is open.</param>
public sealed record ProbeDelivery(string Topic, string Consumer, string? HandledVia);
