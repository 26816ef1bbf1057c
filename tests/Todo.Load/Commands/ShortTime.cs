using System.Globalization;

namespace Todo.Load.Commands;

/// <summary>Times as people type them: a number and <c>ms</c>, <c>s</c>, <c>m</c> or <c>h</c>.</summary>
internal static class ShortTime
{
    /// <summary>Null when it is not one.</summary>
    public static TimeSpan? Parse(string text)
    {
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (!double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => null,
        };
    }
}
