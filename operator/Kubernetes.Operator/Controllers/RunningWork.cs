namespace Kubernetes.Operator.Controllers;

/// <summary>Since when which objects are being worked on, for the metrics of stuck work.</summary>
internal sealed class RunningWork(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, long> _since = [];

    public void Start(ObjectKey key)
    {
        lock (_lock)
        {
            _since[key] = time.GetTimestamp();
        }
    }

    public void End(ObjectKey key)
    {
        lock (_lock)
        {
            _since.Remove(key);
        }
    }

    public TimeSpan Total()
    {
        lock (_lock)
        {
            return _since.Values.Aggregate(TimeSpan.Zero, (sum, since) => sum + time.GetElapsedTime(since));
        }
    }

    public TimeSpan Longest()
    {
        lock (_lock)
        {
            return _since.Count == 0 ? TimeSpan.Zero : _since.Values.Max(since => time.GetElapsedTime(since));
        }
    }
}
