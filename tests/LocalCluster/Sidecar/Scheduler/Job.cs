using LocalCluster.Sidecar.Scheduler.Schedules;

namespace LocalCluster.Sidecar.Scheduler;

/// <summary>Who a job belongs to: another app cannot see it.</summary>
internal sealed record JobKey(string Namespace, string AppId, string Name);

/// <summary>What happens when the app does not take a firing.</summary>
/// <param name="Drop">Nothing: the next tick comes.</param>
/// <param name="Interval">Pause between attempts.</param>
/// <param name="MaxRetries">Attempts after the first; null = for ever.</param>
internal sealed record FailurePolicy(bool Drop, TimeSpan Interval, int? MaxRetries)
{
    public static FailurePolicy Default { get; } = new(false, TimeSpan.FromSeconds(1), 3);

    /// <summary>The pause after so many failed attempts; null = give this tick up.</summary>
    public TimeSpan? PauseAfter(int failures) => Drop || failures > MaxRetries ? null : Interval;
}

/// <summary>A job as it was asked for. Texts are kept as they came.</summary>
/// <param name="Schedule">Cron, <c>@every</c> ...; null with a one-shot.</param>
/// <param name="DueTime">First firing; null = by the schedule.</param>
/// <param name="Repeats">How many firings; null = no limit.</param>
/// <param name="TimeToLive">When the job ends; null = never.</param>
/// <param name="Data">JSON text delivered as the body; null = none.</param>
/// <param name="FailurePolicy">Null = the default.</param>
internal sealed record JobDefinition(
    string? Schedule,
    string? DueTime,
    uint? Repeats,
    string? TimeToLive,
    string? Data,
    FailurePolicy? FailurePolicy);

/// <summary>A job and how far it has come. The next firing follows from these alone, so a restart changes nothing.</summary>
/// <param name="Key">Identity.</param>
/// <param name="Definition">As asked for.</param>
/// <param name="Created">When it was stored: the start of its counting.</param>
/// <param name="Due">First firing, when one was asked for.</param>
/// <param name="Expires">When it ends.</param>
/// <param name="Count">Ticks that are over, dropped ones included.</param>
/// <param name="Last">The last tick that is over, by its planned time.</param>
internal sealed record Job(
    JobKey Key,
    JobDefinition Definition,
    DateTimeOffset Created,
    DateTimeOffset? Due,
    DateTimeOffset? Expires,
    uint Count,
    DateTimeOffset? Last)
{
    /// <exception cref="FormatException">A text of the definition cannot be read.</exception>
    public static Job Create(JobKey key, JobDefinition definition, DateTimeOffset now)
    {
        if (definition.Schedule is { } schedule)
        {
            ScheduleText.Parse(schedule);
        }

        DateTimeOffset? due = definition.DueTime is { } dueTime ? ScheduleText.Moment(dueTime, now) : null;
        // The time to live counts from the first firing when one is given.
        DateTimeOffset? expires = definition.TimeToLive is { } life ? ScheduleText.Moment(life, due ?? now) : null;
        return new Job(key, definition, now, due, expires, 0, null);
    }

    /// <summary>
    /// The next tick, by its planned time: ticks that were missed come one after another, none is left out. Null = the job is over.
    /// </summary>
    public DateTimeOffset? NextTick()
    {
        if (Count >= (Definition.Repeats ?? (Definition.Schedule is null ? 1 : uint.MaxValue)))
        {
            return null;
        }

        var next = Last is null && Due is not null ? Due : Definition.Schedule is { } schedule ? ScheduleText.Parse(schedule).Next(Last ?? Created) : null;
        return next is { } tick && (Expires is null || tick <= Expires) ? tick : null;
    }

    public Job After(DateTimeOffset tick) => this with { Count = Count + 1, Last = tick };
}
