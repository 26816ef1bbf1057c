namespace Kubernetes.Operator.Queue;

/// <summary>Told what happens in a queue, for metrics. Called under the queue's lock: must be quick and must not call back.</summary>
internal interface IQueueObserver
{
    void Added();

    void Taken(TimeSpan waited);

    void Finished(TimeSpan worked);

    void Retried();
}
