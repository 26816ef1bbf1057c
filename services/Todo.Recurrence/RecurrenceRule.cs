using System.Diagnostics.CodeAnalysis;
using System.Text;
using NodaTime;

namespace Todo.Recurrence;

/// <summary>A recurrence rule (RFC 5545, section 3.3.10), parsed and checked. Without its DTSTART and zone: those make a <see cref="RecurrenceSeries"/>.</summary>
public sealed record RecurrenceRule
{
    /// <summary>FREQ.</summary>
    public required Frequency Frequency { get; init; }

    /// <summary>INTERVAL in periods of <see cref="Frequency"/>, at least 1.</summary>
    public int Interval { get; init; } = 1;

    /// <summary>COUNT: length of the series; null: no end by number.</summary>
    public int? Count { get; init; }

    /// <summary>UNTIL, inclusive; null: no end by time. Never set together with <see cref="Count"/>.</summary>
    public Until? Until { get; init; }

    /// <summary>BYDAY without ordinals, in the order of the week; empty: the weekday of DTSTART (weekly) or every day (daily).</summary>
    public IReadOnlyList<IsoDayOfWeek> ByDay { get; init; } = [];

    /// <summary>WKST: decides which days are in one week when <see cref="Interval"/> is above 1.</summary>
    public IsoDayOfWeek WeekStart { get; init; } = IsoDayOfWeek.Monday;

    /// <summary>Parses <c>FREQ=WEEKLY;BYDAY=MO,WE</c>, in any case, with or without <c>RRULE:</c> in front.</summary>
    /// <exception cref="RecurrenceFormatException">The rule is malformed or uses what is not supported.</exception>
    public static RecurrenceRule Parse(string text) =>
        TryParse(text, out var rule, out var error) ? rule : throw new RecurrenceFormatException(error);

    /// <summary>As <see cref="Parse"/>, with the reason as a value.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RecurrenceRule? rule, [NotNullWhen(false)] out RecurrenceError? error) =>
        RuleParser.TryParse(text, out rule, out error);

    /// <summary>The rule in canonical form: defaults left out, parts in a fixed order.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("FREQ=").Append(Frequency.ToString().ToUpperInvariant());
        if (Interval != 1)
        {
            text.Append(";INTERVAL=").Append(Interval);
        }

        if (Count is { } count)
        {
            text.Append(";COUNT=").Append(count);
        }

        if (Until is { } until)
        {
            text.Append(";UNTIL=").Append(until);
        }

        if (ByDay.Count > 0)
        {
            text.Append(";BYDAY=").AppendJoin(',', ByDay.Select(Weekdays.ToText));
        }

        if (WeekStart != IsoDayOfWeek.Monday)
        {
            text.Append(";WKST=").Append(Weekdays.ToText(WeekStart));
        }

        return text.ToString();
    }

    /// <summary>Equal when they mean the same: records would compare <see cref="ByDay"/> by reference.</summary>
    public bool Equals(RecurrenceRule? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
