using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Todo.Backend.Tasks;

namespace Todo.Backend.Mcp.Calls;

/// <summary>Times as models write them: ISO 8601, or a date alone, which is a day on the user's clock.</summary>
internal static class Moments
{
    /// <summary>The text with a date completed by a time of day; what is no date stays as it is.</summary>
    public static string Text(string text, string? timeZone, LocalTime timeOfDay)
    {
        text = text.Trim();
        return LocalDatePattern.Iso.Parse(text) is { Success: true } date
            ? date.Value.At(timeOfDay).InZoneLeniently(Zone(timeZone)).ToInstant().ToString("uuuu-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : text;
    }

    /// <summary>The moment of an argument; null for one that was not given.</summary>
    /// <exception cref="ToolException">It is no time.</exception>
    public static DateTimeOffset? Read(string argument, string? text, string? timeZone, LocalTime timeOfDay)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return TaskInputReader.IsTime(Text(text, timeZone, timeOfDay), out var moment) ? moment : throw ToolException.For(argument, $"{TaskInputReader.TimeExpected} Or a date as in 2026-11-22.");
    }

    public static DateTimeZone Zone(string? name) => (name is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(name)) ?? DateTimeZone.Utc;
}
