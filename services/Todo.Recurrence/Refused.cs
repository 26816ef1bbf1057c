namespace Todo.Recurrence;

internal static class Refused
{
    public static RecurrenceFormatException For(string part, string message) => new(new RecurrenceError(part, message));
}
