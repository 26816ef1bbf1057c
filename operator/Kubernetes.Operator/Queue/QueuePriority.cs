namespace Kubernetes.Operator.Queue;

/// <summary>Priorities of keys.</summary>
internal static class QueuePriority
{
    /// <summary>A change that somebody made.</summary>
    public const int Normal = 0;

    /// <summary>What is only looked at for completeness: the first list after the start, and resyncs. A fresh change goes first.</summary>
    public const int Low = -100;
}
