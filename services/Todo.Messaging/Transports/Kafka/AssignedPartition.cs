using Confluent.Kafka;

namespace Todo.Messaging.Transports.Kafka;

/// <summary>A partition while it is assigned to this process. Handlers run beside the poll loop; this is where the two meet.</summary>
internal sealed class AssignedPartition(TopicPartition partition) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly OffsetTracker _offsets = new();
    private readonly CancellationTokenSource _revoked = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private long? _stored;

    public TopicPartition Partition => partition;

    /// <summary>Cancelled when the partition goes: what has not begun is left to its next owner.</summary>
    public CancellationToken Revoked => _revoked.Token;

    public void Add(long offset)
    {
        lock (_lock)
        {
            _offsets.Add(offset);
        }
    }

    /// <returns>False when the partition is gone and the event must not be begun.</returns>
    public bool TryBegin()
    {
        lock (_lock)
        {
            if (_revoked.IsCancellationRequested)
            {
                return false;
            }

            _running++;
            return true;
        }
    }

    public void End(long offset, bool done)
    {
        lock (_lock)
        {
            if (done)
            {
                _offsets.Complete(offset);
            }

            _running--;
            if (_running == 0 && _revoked.IsCancellationRequested)
            {
                _idle.TrySetResult();
            }
        }
    }

    /// <summary>The position to store, if it moved since the last call.</summary>
    public TopicPartitionOffset? TakePosition()
    {
        lock (_lock)
        {
            if (_offsets.Position is not { } position || position == _stored)
            {
                return null;
            }

            _stored = position;
            return new(partition, position);
        }
    }

    /// <summary>Lets nothing more begin. The task completes when what runs has ended.</summary>
    public Task RevokeAsync()
    {
        lock (_lock)
        {
            _revoked.Cancel();
            if (_running == 0)
            {
                _idle.TrySetResult();
            }
        }

        return _idle.Task;
    }

    public void Dispose() => _revoked.Dispose();
}
