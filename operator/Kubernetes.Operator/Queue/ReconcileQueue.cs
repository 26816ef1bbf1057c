namespace Kubernetes.Operator.Queue;

/// <summary>
/// The keys that wait for a reconcile. A key waits at most once, is never handed out twice at the same time, and is never dropped: one that is added while
/// it is being worked on is handed out again exactly once afterwards.
/// </summary>
/// <remarks>
/// Higher priorities first, then the order of arrival. Of several times for the same key the earliest counts: a reconcile decides anew when to look again.
/// Waiting takers are woken at once, by an addition or by a timer; nothing is polled.
/// </remarks>
internal sealed class ReconcileQueue<TKey> : IDisposable where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly FailureBackoff _backoff;
    private readonly IQueueObserver _observer;
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly PriorityQueue<(TKey Key, long Stamp), (int NegatedPriority, long Order)> _ready = new();
    private readonly PriorityQueue<(TKey Key, long Stamp), DateTimeOffset> _delayed = new();
    private readonly ITimer _timer;
    private TaskCompletionSource _changed = NewSignal();
    private long _stamps;
    private bool _isShutDown;

    public ReconcileQueue(TimeProvider time, FailureBackoff backoff, IQueueObserver? observer = null)
    {
        _time = time;
        _backoff = backoff;
        _observer = observer ?? NoObserver.Instance;
        _timer = time.CreateTimer(static queue => ((ReconcileQueue<TKey>)queue!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many keys are ready to be taken.</summary>
    public int Depth
    {
        get
        {
            lock (_lock)
            {
                return _entries.Values.Count(static e => e is { IsDirty: true, IsProcessing: false });
            }
        }
    }

    /// <summary>Adds a key, to be taken as soon as possible.</summary>
    public void Add(TKey key, int priority = QueuePriority.Normal)
    {
        lock (_lock)
        {
            if (!_isShutDown)
            {
                MakeDirty(key, priority);
            }
        }
    }

    /// <summary>Adds a key, to be taken after a time unless something earlier happens.</summary>
    public void AddAfter(TKey key, TimeSpan delay, int priority = QueuePriority.Normal)
    {
        lock (_lock)
        {
            if (_isShutDown)
            {
                return;
            }

            if (delay <= TimeSpan.Zero)
            {
                MakeDirty(key, priority);
                return;
            }

            var entry = GetOrAdd(key);
            var due = _time.GetUtcNow() + delay;
            if (entry.IsDirty || entry.Due <= due)
            {
                return;
            }

            entry.Due = due;
            entry.DuePriority = priority;
            if (!entry.IsProcessing)
            {
                Delay(key, entry);
            }
        }
    }

    /// <summary>Adds a key after a failure: each one in a row doubles the pause.</summary>
    /// <returns>The pause.</returns>
    public TimeSpan AddRateLimited(TKey key)
    {
        TimeSpan pause;
        lock (_lock)
        {
            var failures = _failures.GetValueOrDefault(key) + 1;
            _failures[key] = failures;
            pause = _backoff.After(failures);
        }

        _observer.Retried();
        AddAfter(key, pause);
        return pause;
    }

    /// <summary>Forgets the failures of a key.</summary>
    public void Forget(TKey key)
    {
        lock (_lock)
        {
            _failures.Remove(key);
        }
    }

    /// <summary>Takes the next key; every one taken must be given back by <see cref="Done"/>. False when the queue is shut down.</summary>
    public async ValueTask<(bool Taken, TKey Key)> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_isShutDown)
                {
                    return (false, default!);
                }

                if (TryPop() is (true, var key))
                {
                    return (true, key);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Gives a key back after work. If it was added meanwhile, it is ready again.</summary>
    public void Done(TKey key)
    {
        lock (_lock)
        {
            var entry = _entries[key];
            entry.IsProcessing = false;
            _observer.Finished(_time.GetElapsedTime(entry.Since));
            if (entry.IsDirty)
            {
                entry.Since = _time.GetTimestamp();
                MakeReady(key, entry);
            }
            else if (entry.Due is not null)
            {
                Delay(key, entry);
            }
            else
            {
                _entries.Remove(key);
            }
        }
    }

    /// <summary>Nothing is handed out any more, nothing is taken in.</summary>
    public void ShutDown()
    {
        lock (_lock)
        {
            _isShutDown = true;
            Signal();
        }
    }

    public void Dispose() => _timer.Dispose();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Entry GetOrAdd(TKey key)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            _entries[key] = entry = new Entry();
        }

        return entry;
    }

    private void MakeDirty(TKey key, int priority)
    {
        _observer.Added();
        var entry = GetOrAdd(key);
        if (entry.IsDirty && entry.Priority >= priority)
        {
            return;
        }

        if (!entry.IsDirty)
        {
            entry.IsDirty = true;
            entry.Priority = priority;
            entry.Due = null;
            if (!entry.IsProcessing)
            {
                entry.Since = _time.GetTimestamp();
            }
        }

        entry.Priority = Math.Max(entry.Priority, priority);
        if (!entry.IsProcessing)
        {
            MakeReady(key, entry);
        }
    }

    // The heaps are never searched: an entry that has moved on gets a new stamp, and what is popped with an old one is thrown away.
    private void MakeReady(TKey key, Entry entry)
    {
        entry.Stamp = ++_stamps;
        _ready.Enqueue((key, entry.Stamp), (-entry.Priority, entry.Stamp));
        Signal();
    }

    private void Delay(TKey key, Entry entry)
    {
        entry.Stamp = ++_stamps;
        _delayed.Enqueue((key, entry.Stamp), entry.Due!.Value);
        ArmTimer();
    }

    private (bool Found, TKey Key) TryPop()
    {
        while (_ready.TryDequeue(out var item, out _))
        {
            if (_entries.TryGetValue(item.Key, out var entry) && entry.Stamp == item.Stamp && entry is { IsDirty: true, IsProcessing: false })
            {
                _observer.Taken(_time.GetElapsedTime(entry.Since));
                entry.IsDirty = false;
                entry.IsProcessing = true;
                entry.Since = _time.GetTimestamp();
                return (true, item.Key);
            }
        }

        return (false, default!);
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            while (_delayed.TryPeek(out var item, out var due) && due <= now)
            {
                _delayed.Dequeue();
                if (IsCurrent(item))
                {
                    MakeDirty(item.Key, _entries[item.Key].DuePriority);
                }
            }

            ArmTimer();
        }
    }

    private bool IsCurrent((TKey Key, long Stamp) item) => _entries.TryGetValue(item.Key, out var entry) && entry.Stamp == item.Stamp && entry.Due is not null;

    private void ArmTimer()
    {
        while (_delayed.TryPeek(out var item, out var due))
        {
            if (IsCurrent(item))
            {
                var wait = due - _time.GetUtcNow();
                _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                return;
            }

            _delayed.Dequeue();
        }
    }

    private void Signal()
    {
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private sealed class Entry
    {
        public int Priority { get; set; }

        public bool IsDirty { get; set; }

        public bool IsProcessing { get; set; }

        public DateTimeOffset? Due { get; set; }

        public int DuePriority { get; set; }

        public long Stamp { get; set; }

        /// <summary>When it became ready, or when work on it began.</summary>
        public long Since { get; set; }
    }

    private sealed class NoObserver : IQueueObserver
    {
        public static readonly NoObserver Instance = new();

        public void Added()
        {
        }

        public void Taken(TimeSpan waited)
        {
        }

        public void Finished(TimeSpan worked)
        {
        }

        public void Retried()
        {
        }
    }
}
