using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Todo.Recurrence;

/// <summary>
/// UNTIL in its three forms: UTC (<c>20261231T080000Z</c>), local (<c>20261231T080000</c>), or a date (<c>20261231</c>), which includes that whole
/// local day. The RFC ties the form to that of DTSTART; a to-do list has no use for the distinction, so each is accepted.
/// </summary>
public sealed record Until
{
    private static readonly LocalDatePattern DateForm = LocalDatePattern.Create("uuuuMMdd", CultureInfo.InvariantCulture);
    private static readonly LocalDateTimePattern LocalForm = LocalDateTimePattern.Create("uuuuMMdd'T'HHmmss", CultureInfo.InvariantCulture);
    private static readonly InstantPattern UtcForm = InstantPattern.Create("uuuuMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private readonly Instant? _utc;
    private readonly LocalDateTime? _local;
    private readonly LocalDate? _date;

    /// <summary>An end in universal time.</summary>
    public Until(Instant utc) => _utc = utc;

    /// <summary>An end in the local time of the series.</summary>
    public Until(LocalDateTime local) => _local = local;

    /// <summary>The last local day.</summary>
    public Until(LocalDate date) => _date = date;

    /// <summary>Parses one of the three forms.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Until? until)
    {
        until = DateForm.Parse(text) is { Success: true } date ? new Until(date.Value)
            : LocalForm.Parse(text) is { Success: true } local ? new Until(local.Value)
            : UtcForm.Parse(text) is { Success: true } utc ? new Until(utc.Value)
            : null;
        return until is not null;
    }

    /// <summary>The form it was parsed from.</summary>
    public override string ToString() =>
        _utc is { } utc ? UtcForm.Format(utc) : _local is { } local ? LocalForm.Format(local) : DateForm.Format(_date!.Value);

    internal bool Includes(LocalDateTime local, Instant instant) =>
        _utc is { } utc ? instant <= utc : _local is { } until ? local <= until : local.Date <= _date!.Value;
}
