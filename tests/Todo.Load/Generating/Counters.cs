using Todo.Load.Journaling;

namespace Todo.Load.Generating;

/// <summary>Counts and times of requests. Four bytes are kept for each request: a day at 120 a second is 40 MB.</summary>
internal sealed class Counters(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<float> _latencies = [];
    private long _acknowledged;
    private long _refused;
    private long _failed;

    public void Count(JournalEntry entry)
    {
        lock (_gate)
        {
            _latencies.Add((float)entry.Milliseconds);
            switch (entry.Outcome)
            {
                case Outcome.Acknowledged: _acknowledged++; break;
                case Outcome.Refused: _refused++; break;
                default: _failed++; break;
            }
        }
    }

    public LoadMark Mark()
    {
        lock (_gate)
        {
            return new LoadMark(time.GetTimestamp(), _latencies.Count, _acknowledged, _refused, _failed);
        }
    }

    public LoadSnapshot Since(LoadMark mark)
    {
        lock (_gate)
        {
            var latencies = _latencies[mark.Latencies..];
            latencies.Sort();
            return new LoadSnapshot(
                time.GetElapsedTime(mark.Timestamp),
                _acknowledged - mark.Acknowledged,
                _refused - mark.Refused,
                _failed - mark.Failed,
                Percentile(latencies, 50),
                Percentile(latencies, 95));
        }
    }

    /// <summary>Nearest rank.</summary>
    private static double Percentile(List<float> sorted, int percent) =>
        sorted.Count == 0 ? 0 : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * percent / 100.0) - 1)];
}
