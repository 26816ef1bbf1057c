using System.Globalization;

namespace Todo.Operator.Tests.Simulation.Faults;

/// <summary>What goes wrong at one place of a run. Places are the operator's writes and the watch events that reach it, each numbered from 1.</summary>
internal enum FaultKind
{
    /// <summary>The process ends before its write is sent.</summary>
    CrashBefore,

    /// <summary>The write is stored; the process ends before it learns of it.</summary>
    CrashAfter,

    /// <summary>The write is refused with 409.</summary>
    Conflict,

    /// <summary>The write is refused with 410.</summary>
    Gone,

    /// <summary>The write is answered with 500 and not stored.</summary>
    ServerError,

    /// <summary>The write is answered with 429 and not stored.</summary>
    TooManyRequests,

    /// <summary>The write is stored, and answered with a time-out.</summary>
    AnswerLost,

    /// <summary>The process stands still with its write on the way; another one takes over; later the write arrives and the old process goes on for a second.</summary>
    StaleLeader,

    /// <summary>The event never arrives; what is missing shows at the next list.</summary>
    Hidden,

    /// <summary>This event and all later ones of every watch arrive late.</summary>
    Stale,

    /// <summary>The watch ends instead.</summary>
    Cut,

    /// <summary>The watch ends with 410 instead.</summary>
    Expired,

    /// <summary>The event arrives twice.</summary>
    Repeated,
}

/// <summary>One fault at one place.</summary>
internal readonly record struct Fault(FaultKind Kind, int At)
{
    private static readonly FaultKind[] OfWrites = [.. Enum.GetValues<FaultKind>().Where(k => k < FaultKind.Hidden)];

    /// <summary>Faults that are placed at writes; the others are placed at watch events.</summary>
    public static IReadOnlyList<FaultKind> WriteKinds => OfWrites;

    public static IReadOnlyList<FaultKind> EventKinds { get; } = [.. Enum.GetValues<FaultKind>().Where(k => k >= FaultKind.Hidden)];

    public bool IsOfWrite => Kind < FaultKind.Hidden;

    public static Fault Parse(string text) =>
        text.Split('@') is [var kind, var at] ? new Fault(Enum.Parse<FaultKind>(kind), int.Parse(at, CultureInfo.InvariantCulture)) : throw new FormatException($"\"{text}\" is not Kind@number.");

    public override string ToString() => $"{Kind}@{At}";
}
