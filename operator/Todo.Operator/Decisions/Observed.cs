using System.Collections.Immutable;
using Todo.Operator.Decisions.Requests;
using Todo.Operator.Topology;

namespace Todo.Operator.Decisions;

/// <summary>Everything a decision is made from: one snapshot, and what status remembers.</summary>
public sealed record Observed
{
    /// <summary>When the snapshot was taken.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Names of the generated objects.</summary>
    public required Names Names { get; init; }

    /// <summary>Generation of the resource.</summary>
    public long Generation { get; init; } = 1;

    /// <summary>What the resource asks for.</summary>
    public required Goal Wanted { get; init; }

    /// <summary>The resource has a deletion timestamp.</summary>
    public bool Deleting { get; init; }

    /// <summary><c>deletionPolicy: Revert</c>.</summary>
    public bool RevertOnDelete { get; init; } = true;

    /// <summary><c>spec.paused</c>.</summary>
    public bool Paused { get; init; }

    /// <summary><c>spec.planOnly</c>.</summary>
    public bool PlanOnly { get; init; }

    /// <summary>Requests of people, those included that were taken up before.</summary>
    public IReadOnlyList<PlatformRequest> Requests { get; init; } = [];

    /// <summary>What an older platform has named before.</summary>
    public IReadOnlyList<Claim> Claims { get; init; } = [];

    /// <summary>Other platforms that have to finish before this one may begin a move; null: none.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>Limits.</summary>
    public MoveOptions Options { get; init; } = new();

    /// <summary>The services, in the order in which they are rolled.</summary>
    public required IReadOnlyList<ServiceView> Services { get; init; }

    /// <summary>Every object that can be generated, for every known broker; the decision picks what is needed.</summary>
    public required IReadOnlyList<GeneratedKey> Generated { get; init; }

    /// <summary>All known brokers, the usual ones first; the one that the services' own client is connected to is always among them.</summary>
    public IReadOnlyList<Broker> Brokers => [.. Generated.Select(g => g.Broker).OfType<Broker>().Append(Names.Direct).Distinct().Order()];

    /// <summary>Settings of the known brokers, as they are generated from.</summary>
    public ImmutableSortedDictionary<Broker, BrokerEndpoint> Endpoints { get; init; } = BrokerEndpoints.None;

    /// <summary>What else is generated from.</summary>
    public GoodSettings? Settings { get; init; }

    /// <summary>A fingerprint of all that <see cref="Wanted"/> needs as it would be generated from the spec now: the same destination may be asked for with other settings.</summary>
    public string Wish { get; init; } = string.Empty;

    /// <summary>What worked last would give other objects than the spec does: a reconfiguration has something to go back to.</summary>
    public bool OtherSettingsWorked { get; init; }

    /// <summary>Fingerprints of the Secrets that pods read at their start, by service and <c>secret.key</c>; what could not be read is missing.</summary>
    public IReadOnlyDictionary<ServiceId, ImmutableSortedDictionary<string, string>> Secrets { get; init; } = new Dictionary<ServiceId, ImmutableSortedDictionary<string, string>>();

    /// <summary>The management token among them: a pod that was started with another one cannot be asked.</summary>
    public string TokenSecret { get; init; } = string.Empty;

    /// <summary>Those of them that exist.</summary>
    public IReadOnlyList<ExistingObject> Objects { get; init; } = [];

    /// <summary>The ledger.</summary>
    public Known<LedgerView> Ledger { get; init; } = Known.Unknown<LedgerView>("not asked");

    /// <summary>What brokers that are being left say themselves that they have yet to hand over, in events; one that is not in it was not asked yet.</summary>
    public IReadOnlyDictionary<Broker, Known<long>> Backlogs { get; init; } = new Dictionary<Broker, Known<long>>();

    /// <summary>Who listens on the target, as its broker says; null: it was not asked.</summary>
    public Known<IReadOnlyDictionary<ServiceId, Membership>>? Memberships { get; init; }

    /// <summary>What became of the probe that is out.</summary>
    public Known<IReadOnlyList<ProbeDelivery>> ProbeDeliveries { get; init; } = Known.Unknown<IReadOnlyList<ProbeDelivery>>("not asked");

    /// <summary>Whether preflight allows a move to <see cref="Wanted"/> to begin.</summary>
    public PreflightVerdict Preflight { get; init; } = PreflightVerdict.Passed;

    /// <summary>What status remembers.</summary>
    public MoveMemory Memory { get; init; } = new();

    /// <summary>What is asked for is given up.</summary>
    public Failure Fail(string reason, string message) => new(Generation, reason, message, Now) { Wish = Wish };

    /// <summary>Whether what is asked for was tried and given up.</summary>
    public bool HasFailed(MoveMemory memory) => memory.Failure?.IsAbout(Generation, Wish) == true;
}

/// <summary>The checks as a whole.</summary>
/// <param name="MayBegin">Every check was made, and none failed.</param>
/// <param name="Message">The failures, or what is not known yet.</param>
public sealed record PreflightVerdict(bool MayBegin, string Message)
{
    /// <summary>Nothing stands in the way.</summary>
    public static PreflightVerdict Passed { get; } = new(MayBegin: true, "All checks passed.");

    /// <summary>No check was made yet.</summary>
    public static PreflightVerdict NotMade { get; } = new(MayBegin: false, "The checks come first.");
}
