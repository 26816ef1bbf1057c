using System.Text.Json.Serialization;

namespace Todo.Load.Journaling;

/// <summary>What was asked of the backend.</summary>
public enum Operation
{
    Create,
    Update,
    Complete,
    Delete,
    List,
}

/// <summary>Kinds of tasks, by what must follow from them.</summary>
public enum TaskKind
{
    /// <summary>Nothing follows.</summary>
    OneOff,

    /// <summary>One mail must follow. Such a task is left alone afterwards.</summary>
    DueSoon,

    /// <summary>When completed, an occurrence a day later must follow.</summary>
    Daily,

    /// <summary>When completed, an occurrence seven days later must follow.</summary>
    Weekly,
}

/// <summary>How a request ended.</summary>
public enum Outcome
{
    /// <summary>Answered 2xx: from here on it must hold.</summary>
    Acknowledged,

    /// <summary>Answered with another status. After 4xx nothing may have changed; after 5xx nobody knows.</summary>
    Refused,

    /// <summary>Not answered (connection, time-out): nobody knows.</summary>
    Failed,
}

/// <summary>Fields of a task that the account compares.</summary>
public sealed record TaskFields(string Title, string Priority, bool Completed, DateTimeOffset? DueAt);

/// <summary>One request and how it ended: one line of the journal.</summary>
public sealed record JournalEntry
{
    /// <summary>When the answer was there.</summary>
    public required DateTimeOffset At { get; init; }

    public required Operation Operation { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>HTTP status; 0 when there was no answer.</summary>
    public int Status { get; init; }

    /// <summary>From the moment the request was to be sent.</summary>
    public double Milliseconds { get; init; }

    /// <summary>The JWT's <c>sub</c>.</summary>
    public required string User { get; init; }

    /// <summary>The JWT's <c>email</c>.</summary>
    public required string Email { get; init; }

    /// <summary>The request's Idempotency-Key; absent for reads.</summary>
    public string? Key { get; init; }

    /// <summary>First word of the task's title, the same for all requests about it and for its next occurrences; absent for lists.</summary>
    public string? Tag { get; init; }

    public TaskKind? Kind { get; init; }

    /// <summary>Known from the answer to the creation.</summary>
    public long? TaskId { get; init; }

    /// <summary>What the task is after this change, if it happened; absent after a deletion.</summary>
    public TaskFields? Task { get; init; }

    public Guid? SeriesId { get; init; }

    public DateTimeOffset? Occurrence { get; init; }

    /// <summary>Why it was not acknowledged.</summary>
    public string? Error { get; init; }

    /// <summary>Nobody knows what became of it, so it was sent again with the same key: a later line says how that ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SentAgain { get; init; }

    /// <summary>Whether the change may have happened although nobody said so.</summary>
    [JsonIgnore]
    public bool IsDoubtful => Outcome == Outcome.Failed || (Outcome == Outcome.Refused && Status >= 500);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalEntry))]
internal sealed partial class JournalJson : JsonSerializerContext;
