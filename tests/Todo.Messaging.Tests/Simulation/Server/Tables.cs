namespace Todo.Messaging.Tests.Simulation.Server;

/// <summary>The tables of 0001_ledger.sql that matter here, and those of the tests: the changes of the world and the effects of their events.</summary>
internal sealed class Tables
{
    private long _lastSequence;

    public Table<Guid, OutboxRow> Outbox { get; } = new();
    public Table<string, KeyVersion> KeyVersions { get; } = new();
    public Table<(string Topic, string Consumer), Subscription> Subscriptions { get; } = new();
    public Table<(Guid Event, string Consumer), Delivery> Deliveries { get; } = new();
    public Table<long, Failure> Failures { get; } = new();
    public Table<(string Transport, string Name), Counter> Counters { get; } = new();
    public Table<int, Platform> Platform { get; } = new();
    public Table<long, Change> Changes { get; } = new();
    public Table<long, Effect> Effects { get; } = new();

    /// <summary>Events that are being written; exclusive to who subscribes.</summary>
    public LockQueue Subscribing { get; } = new();

    /// <summary>A sequence: what is rolled back leaves a gap.</summary>
    public long Next() => ++_lastSequence;
}

internal sealed record OutboxRow(
    Guid Id, long Seq, string Producer, short Lane, string Topic, string Key, long Version, string Type, string Subject, DateTimeOffset Time, string Data,
    string? TraceParent, string? Via)
{
    public DateTimeOffset? SentAt { get; init; }
    public string? SentVia { get; init; }
    public int Replays { get; init; }
}

internal sealed record KeyVersion(long Version);

internal sealed record Subscription(string Topic, string Consumer, DateTimeOffset Since);

internal sealed record Delivery(Guid Event, string Consumer, string Origin)
{
    public string State { get; init; } = "open";
    public int Attempts { get; init; }
    public string? LastError { get; init; }
    public DateTimeOffset? HandledAt { get; init; }
    public string? HandledVia { get; init; }
}

internal sealed record Failure(DateTimeOffset At, string Consumer, Guid Event, string Via, bool Transient, string Error);

internal sealed record Counter(string Transport, string Name, long Value);

internal sealed record Platform(long Epoch);

internal sealed record Change(Guid Event, string Key);

internal sealed record Effect(Guid Event, string Key);
