using LocalCluster.Kafka.Storage;

namespace LocalCluster.Kafka.Groups;

/// <summary>What every group is given.</summary>
/// <param name="InitialRebalanceDelay">How long an empty group waits for further members after each first join.</param>
/// <param name="Time">The clock. Deadlines are durations since <paramref name="Start"/>, so a changed wall clock does no harm.</param>
/// <param name="Start">A timestamp of <paramref name="Time"/>.</param>
/// <param name="Save">Keeps a group on disk.</param>
internal sealed record GroupSettings(TimeSpan InitialRebalanceDelay, TimeProvider Time, long Start, Action<string, StoredGroup> Save)
{
    public TimeSpan Now() => Time.GetElapsedTime(Start);
}
