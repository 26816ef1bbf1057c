namespace Todo.Messaging.Publishing;

/// <summary>
/// Which lanes this process owns and which of them pause. A lane whose sending failed is given up for a while that doubles up to a limit, so that another
/// pod, whose sidecar or network may work, can take it in the meantime. Pure: the time is passed in.
/// </summary>
internal sealed class LaneTable(IReadOnlyCollection<short> lanes)
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly SortedSet<short> _owned = [];
    private readonly Dictionary<short, (int Failures, DateTimeOffset Until)> _pauses = [];

    public IReadOnlyCollection<short> Owned => _owned;

    public bool OwnsAll => _owned.Count == lanes.Count;

    /// <summary>Lanes that may be asked for now.</summary>
    public List<short> Wanted(DateTimeOffset now) => [.. lanes.Where(x => !_owned.Contains(x) && !(_pauses.TryGetValue(x, out var pause) && pause.Until > now))];

    public void Acquired(IEnumerable<short> acquired) => _owned.UnionWith(acquired);

    public void Sent(short lane) => _pauses.Remove(lane);

    /// <summary>The lane's sending failed: it is no longer owned.</summary>
    public void Failed(short lane, DateTimeOffset now)
    {
        var failures = _pauses.TryGetValue(lane, out var before) ? before.Failures + 1 : 1;
        _pauses[lane] = (failures, now + PauseAfter(failures));
        _owned.Remove(lane);
    }

    /// <summary>Gives everything up without a pause.</summary>
    public void ReleaseAll() => _owned.Clear();

    /// <summary>Time until a paused lane may be asked for again; null when none pauses.</summary>
    public TimeSpan? NextWanted(DateTimeOffset now)
    {
        var waits = _pauses.Where(x => !_owned.Contains(x.Key) && x.Value.Until > now).Select(x => x.Value.Until - now).ToList();
        return waits.Count == 0 ? null : waits.Min();
    }

    internal static TimeSpan PauseAfter(int failures) =>
        TimeSpan.FromTicks((long)Math.Min(LongestPause.Ticks, FirstPause.Ticks * Math.Pow(2, failures - 1)));
}
