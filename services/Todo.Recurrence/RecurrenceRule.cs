using System.Diagnostics.CodeAnalysis;
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

    /// <summary>BYMONTH, 1 to 12, in order. An empty list, here and below, is a part that is absent.</summary>
    public IReadOnlyList<int> ByMonth { get; init; } = [];

    /// <summary>BYWEEKNO, ±1 to ±53, in order; yearly rules only.</summary>
    public IReadOnlyList<int> ByWeekNo { get; init; } = [];

    /// <summary>BYYEARDAY, ±1 to ±366, in order; yearly rules only.</summary>
    public IReadOnlyList<int> ByYearDay { get; init; } = [];

    /// <summary>BYMONTHDAY, ±1 to ±31, in order; not in weekly rules.</summary>
    public IReadOnlyList<int> ByMonthDay { get; init; } = [];

    /// <summary>BYDAY in the order of the week, with ordinals (±1 to ±53) in monthly and yearly rules only.</summary>
    public IReadOnlyList<WeekdayNum> ByDay { get; init; } = [];

    /// <summary>BYSETPOS, ±1 to ±366, in order: which of a period's dates are taken.</summary>
    public IReadOnlyList<int> BySetPos { get; init; } = [];

    /// <summary>WKST: decides which days are in one week, for intervals of weeks, BYWEEKNO and BYSETPOS.</summary>
    public IsoDayOfWeek WeekStart { get; init; } = IsoDayOfWeek.Monday;

    /// <summary>Parses <c>FREQ=WEEKLY;BYDAY=MO,WE</c>, in any case, with or without <c>RRULE:</c> in front.</summary>
    /// <exception cref="RecurrenceFormatException">The rule is malformed, uses what is not supported, or can never match.</exception>
    public static RecurrenceRule Parse(string text) =>
        TryParse(text, out var rule, out var error) ? rule : throw new RecurrenceFormatException(error);

    /// <summary>As <see cref="Parse"/>, with the reason as a value.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RecurrenceRule? rule, [NotNullWhen(false)] out RecurrenceError? error) =>
        RuleParser.TryParse(text, out rule, out error);

    /// <summary>The rule in canonical form: defaults left out, parts in a fixed order.</summary>
    public override string ToString() =>
        string.Join(';', Parts().Where(part => part.Value is { Length: > 0 }).Select(part => $"{part.Name}={part.Value}"));

    /// <summary>Equal when they mean the same: records would compare lists by reference.</summary>
    public bool Equals(RecurrenceRule? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private IEnumerable<(string Name, string? Value)> Parts() =>
    [
        ("FREQ", Frequency.ToString().ToUpperInvariant()),
        ("INTERVAL", Interval == 1 ? null : $"{Interval}"),
        ("COUNT", $"{Count}"),
        ("UNTIL", Until?.ToString()),
        ("BYMONTH", string.Join(',', ByMonth)),
        ("BYWEEKNO", string.Join(',', ByWeekNo)),
        ("BYYEARDAY", string.Join(',', ByYearDay)),
        ("BYMONTHDAY", string.Join(',', ByMonthDay)),
        ("BYDAY", string.Join(',', ByDay)),
        ("BYSETPOS", string.Join(',', BySetPos)),
        ("WKST", WeekStart == IsoDayOfWeek.Monday ? null : Weekdays.ToText(WeekStart)),
    ];
}
