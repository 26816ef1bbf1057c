namespace LocalCluster.Kafka.Log;

/// <summary>Wakes one waiting reader when any of the partitions it watches grows or goes.</summary>
internal sealed class AppendSignal
{
    private readonly TaskCompletionSource _set = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _set.Task;

    public void Set() => _set.TrySetResult();
}
