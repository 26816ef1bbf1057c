using System.Globalization;
using NodaTime;

namespace Todo.Recurrence;

/// <summary>The values of a rule's parts, read as what they are to be.</summary>
internal sealed class RuleParts(Dictionary<string, string> parts)
{
    public string? Text(string part) => parts.GetValueOrDefault(part);

    public int? Number(string part, int max) => Text(part) switch
    {
        null => null,
        var value when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max => number,
        var value => throw Refused.For(part, $"'{value}' is not a whole number from 1 to {max}."),
    };

    public int[] Numbers(string part, int max, bool signed)
    {
        if (Text(part) is not { } value)
        {
            return [];
        }

        return [.. value.Split(',').Select(text => Signed(text, max, signed) ?? throw Refused.For(
            part,
            $"'{text}' is not a whole number from 1 to {max}{(signed ? $" or, counted from the end, from -1 to -{max}" : "")}. Several are separated by commas."))
            .Distinct().Order()];
    }

    public Until? Until(string part)
    {
        if (Text(part) is not { } value)
        {
            return null;
        }

        return Recurrence.Until.TryParse(value, out var until)
            ? until
            : throw Refused.For(part, $"'{value}' is neither a date (20261231) nor a time (20261231T080000Z, or without Z for local time).");
    }

    public IsoDayOfWeek? Weekday(string part) => Text(part) is { } value
        ? Recurrence.Weekdays.Parse(value) ?? throw Refused.For(part, $"'{value}' is not one of MO, TU, WE, TH, FR, SA, SU.")
        : null;

    public WeekdayNum[] Weekdays(string part, IsoDayOfWeek weekStart)
    {
        if (Text(part) is not { } value)
        {
            return [];
        }

        return [.. value.Split(',').Select(text => WeekdayNum(part, text)).Distinct()
            .OrderBy(x => Recurrence.Weekdays.Offset(x.Day, weekStart)).ThenBy(x => x.Ordinal)];
    }

    private static WeekdayNum WeekdayNum(string part, string text)
    {
        if (text.Length >= 2 && Recurrence.Weekdays.Parse(text[^2..]) is { } day)
        {
            return text.Length == 2 ? day : new WeekdayNum(
                Signed(text[..^2], 53, signed: true) ?? throw Refused.For(part, $"'{text}' has no ordinal from 1 to 53 or from -1 to -53, as in 2MO or -1FR."),
                day);
        }

        throw Refused.For(part, $"'{text}' is not one of MO, TU, WE, TH, FR, SA, SU, or one of these with an ordinal, as in 2MO or -1FR.");
    }

    private static int? Signed(string text, int max, bool signed) =>
        int.TryParse(text, signed ? NumberStyles.AllowLeadingSign : NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number != 0 && Math.Abs((long)number) <= max ? number : null;
}
