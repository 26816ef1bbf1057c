using System.Globalization;
using System.Xml;
using LocalCluster.Sidecar.CommandLine;

namespace LocalCluster.Sidecar.Scheduler.Schedules;

/// <summary>The texts that a job's <c>schedule</c>, <c>dueTime</c> and <c>ttl</c> may hold.</summary>
internal static class ScheduleText
{
    /// <exception cref="FormatException">Neither six-field cron nor one of the <c>@</c> words.</exception>
    public static ISchedule Parse(string text)
    {
        var zone = TimeZoneInfo.Utc;
        text = text.Trim();
        if (text.StartsWith("CRON_TZ=", StringComparison.Ordinal) || text.StartsWith("TZ=", StringComparison.Ordinal))
        {
            var space = text.IndexOf(' ', StringComparison.Ordinal);
            var name = space < 0 ? "" : text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..space];
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone!))
            {
                throw new FormatException($"provided bad location {name}");
            }

            text = text[(space + 1)..].Trim();
            if (text.StartsWith("@every", StringComparison.Ordinal))
            {
                throw new FormatException("a time zone has no meaning with @every");
            }
        }

        return text switch
        {
            _ when text.StartsWith("@every ", StringComparison.Ordinal) => Every(text["@every ".Length..]),
            "@hourly" => CronSchedule.Parse("0 0 * * * *", zone),
            "@daily" or "@midnight" => CronSchedule.Parse("0 0 0 * * *", zone),
            "@weekly" => CronSchedule.Parse("0 0 0 * * 0", zone),
            "@monthly" => CronSchedule.Parse("0 0 0 1 * *", zone),
            "@yearly" or "@annually" => CronSchedule.Parse("0 0 0 1 1 *", zone),
            _ => CronSchedule.Parse(text, zone),
        };
    }

    /// <summary>A moment: RFC 3339, or a Go or ISO 8601 duration from <paramref name="now"/>.</summary>
    /// <exception cref="FormatException">None of these.</exception>
    public static DateTimeOffset Moment(string text, DateTimeOffset now)
    {
        if (GoDuration.TryParse(text, out var duration))
        {
            return now + duration;
        }

        if (text.StartsWith('P'))
        {
            return now + XmlConvert.ToTimeSpan(text);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) && text.Contains('T', StringComparison.Ordinal)
            ? moment
            : throw new FormatException($"unsupported time/duration format: {text}");
    }

    private static IntervalSchedule Every(string text) =>
        GoDuration.TryParse(text.Trim(), out var interval) && interval > TimeSpan.Zero
            ? new IntervalSchedule(interval)
            : throw new FormatException($"failed to parse duration @every {text}");
}
