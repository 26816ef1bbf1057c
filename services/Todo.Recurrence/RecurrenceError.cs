namespace Todo.Recurrence;

/// <summary>Why a rule was refused.</summary>
/// <param name="Part">The part at fault, e.g. <c>INTERVAL</c>; the whole rule is <c>RRULE</c>.</param>
/// <param name="Message">One sentence for people that says what would be accepted.</param>
public sealed record RecurrenceError(string Part, string Message);

/// <summary>Thrown by <see cref="RecurrenceRule.Parse"/>; the message begins with the part at fault.</summary>
public sealed class RecurrenceFormatException(RecurrenceError error) : FormatException($"{error.Part}: {error.Message}")
{
    /// <summary>Part and reason apart.</summary>
    public RecurrenceError Error { get; } = error;
}
