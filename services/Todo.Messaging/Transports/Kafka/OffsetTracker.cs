namespace Todo.Messaging.Transports.Kafka;

/// <summary>
/// What may be committed of one partition while several of its events are handled at a time: the offset below which everything is done.
/// Offsets are added in ascending order. Not safe for concurrent use.
/// </summary>
internal sealed class OffsetTracker
{
    private readonly Queue<long> _added = new();
    private readonly HashSet<long> _done = [];

    /// <summary>Events added and not done.</summary>
    public int InFlight => _added.Count - _done.Count;

    /// <summary>The offset to continue from; null before anything is done.</summary>
    public long? Position { get; private set; }

    public void Add(long offset) => _added.Enqueue(offset);

    /// <returns>Whether <see cref="Position"/> moved.</returns>
    public bool Complete(long offset)
    {
        _done.Add(offset);
        var moved = false;
        while (_added.TryPeek(out var first) && _done.Remove(first))
        {
            _added.Dequeue();
            Position = first + 1;
            moved = true;
        }

        return moved;
    }
}
