using System.Threading.Channels;

namespace LocalCluster.Controllers.Runtime;

/// <summary>
/// Keys to be looked at. A key is handed out to one worker at a time; a key added meanwhile comes out once more afterwards.
/// </summary>
public sealed class WorkQueue<TKey>(TimeProvider time) : IDisposable where TKey : notnull
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Channel<TKey> _ready = Channel.CreateUnbounded<TKey>();
    private readonly HashSet<TKey> _dirty = [];
    private readonly HashSet<TKey> _processing = [];
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly Dictionary<TKey, (ITimer Timer, DateTimeOffset Due)> _delayed = [];
    private bool _closed;

    /// <summary>Adds a key unless it is waiting already.</summary>
    public void Add(TKey key)
    {
        lock (_lock)
        {
            if (!_closed && _dirty.Add(key) && !_processing.Contains(key))
            {
                _ready.Writer.TryWrite(key);
            }
        }
    }

    /// <summary>Adds a key after a delay; of several delays the shortest counts.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }

        lock (_lock)
        {
            var due = time.GetUtcNow() + delay;
            if (_closed || (_delayed.TryGetValue(key, out var waiting) && waiting.Due <= due))
            {
                return;
            }

            waiting.Timer?.Dispose();
            _delayed[key] = (time.CreateTimer(_ => Elapsed(key, due), null, delay, Timeout.InfiniteTimeSpan), due);
        }
    }

    /// <summary>Adds a key after a back-off that doubles with every call since the last <see cref="Forget"/>.</summary>
    public void Retry(TKey key)
    {
        int failures;
        lock (_lock)
        {
            failures = _failures.GetValueOrDefault(key);
            _failures[key] = failures + 1;
        }

        AddAfter(key, TimeSpan.FromTicks(Math.Min(LastRetry.Ticks, FirstRetry.Ticks << Math.Min(failures, 20))));
    }

    /// <summary>Ends the back-off of a key.</summary>
    public void Forget(TKey key)
    {
        lock (_lock)
        {
            _failures.Remove(key);
        }
    }

    /// <summary>Waits for the next key. Every key taken must be given back by <see cref="Done"/>.</summary>
    public async ValueTask<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        var key = await _ready.Reader.ReadAsync(cancellationToken);
        lock (_lock)
        {
            _processing.Add(key);
            _dirty.Remove(key);
        }

        return key;
    }

    /// <summary>Gives a key back.</summary>
    public void Done(TKey key)
    {
        lock (_lock)
        {
            _processing.Remove(key);
            if (_dirty.Contains(key))
            {
                _ready.Writer.TryWrite(key);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (var (timer, _) in _delayed.Values)
            {
                timer.Dispose();
            }

            _delayed.Clear();
        }
    }

    private void Elapsed(TKey key, DateTimeOffset due)
    {
        lock (_lock)
        {
            if (_delayed.TryGetValue(key, out var waiting) && waiting.Due == due)
            {
                waiting.Timer.Dispose();
                _delayed.Remove(key);
            }
        }

        Add(key);
    }
}
