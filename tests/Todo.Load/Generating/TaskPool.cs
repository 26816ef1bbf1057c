namespace Todo.Load.Generating;

/// <summary>
/// The tasks that requests can be about. One is taken out while a request about it is under way: what is acknowledged about a task has an
/// order. After a request that nobody answered it does not come back: what it is now is not known.
/// </summary>
internal sealed class TaskPool(Random random)
{
    /// <summary>Older ones are forgotten, and so rest in the state they have.</summary>
    private const int Limit = 20_000;

    private const int Attempts = 20;
    private readonly Lock _gate = new();
    private readonly List<KnownTask> _tasks = [];

    /// <summary>A random task that fits, or null when a few tries find none.</summary>
    public KnownTask? Take(Func<KnownTask, bool> fits)
    {
        lock (_gate)
        {
            for (var i = 0; i < Attempts && _tasks.Count > 0; i++)
            {
                var index = random.Next(_tasks.Count);
                var task = _tasks[index];
                if (fits(task))
                {
                    RemoveAt(index);
                    return task;
                }
            }

            return null;
        }
    }

    public void Put(KnownTask task)
    {
        lock (_gate)
        {
            _tasks.Add(task);
            if (_tasks.Count > Limit)
            {
                RemoveAt(random.Next(_tasks.Count));
            }
        }
    }

    private void RemoveAt(int index)
    {
        _tasks[index] = _tasks[^1];
        _tasks.RemoveAt(_tasks.Count - 1);
    }
}
