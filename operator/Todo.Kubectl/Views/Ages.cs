namespace Todo.Kubectl.Views;

/// <summary>Times as kubectl shows them: at most two units, coarser the older.</summary>
internal static class Ages
{
    public static string Of(DateTimeOffset? time, DateTimeOffset now) => time is null ? "-" : Format(now - time.Value);

    public static string Format(TimeSpan age)
    {
        var seconds = Math.Max((long)age.TotalSeconds, 0);
        var (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
        return seconds switch
        {
            < 120 => $"{seconds}s",
            < 600 => Two(minutes, "m", seconds % 60, "s"),
            < 3 * 3600 => $"{minutes}m",
            < 8 * 3600 => Two(hours, "h", minutes % 60, "m"),
            < 48 * 3600 => $"{hours}h",
            < 8 * 86400 => Two(days, "d", hours % 24, "h"),
            _ => $"{days}d",
        };
    }

    private static string Two(long big, string bigUnit, long small, string smallUnit) => small == 0 ? $"{big}{bigUnit}" : $"{big}{bigUnit}{small}{smallUnit}";
}
