namespace LocalCluster.Sidecar.Scheduler.Schedules;

/// <summary>When a job fires.</summary>
internal interface ISchedule
{
    /// <summary>The first moment after <paramref name="after"/>; null when there is none within the next years.</summary>
    DateTimeOffset? Next(DateTimeOffset after);
}

/// <summary>A fixed distance, <c>@every 5s</c>.</summary>
internal sealed record IntervalSchedule(TimeSpan Interval) : ISchedule
{
    public DateTimeOffset? Next(DateTimeOffset after) => after + Interval;
}
