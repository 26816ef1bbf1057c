using System.Globalization;

namespace Todo.Operator.Retention;

/// <summary>Id of an entry of a Redis stream: milliseconds of the server's clock, and a number among those of the same one.</summary>
/// <param name="Milliseconds">Unix time.</param>
/// <param name="Number">Counts on within it.</param>
public readonly record struct StreamId(ulong Milliseconds, ulong Number)
{
    /// <summary>Reads <c>1526919030474-55</c>; null for anything else.</summary>
    public static StreamId? Parse(string? text) =>
        text?.Split('-') is [var time, var number]
        && ulong.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? new StreamId(milliseconds, count)
            : null;

    /// <summary>The earlier of two.</summary>
    public static StreamId Least(StreamId one, StreamId other) => (one.Milliseconds, one.Number).CompareTo((other.Milliseconds, other.Number)) < 0 ? one : other;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}-{Number}");
}
