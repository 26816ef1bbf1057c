using System.Collections.Immutable;
using Confluent.Kafka;

namespace LocalCluster.Sidecar.PubSub.Kafka;

/// <summary>
/// The component's member of the consumer group. A thread of its own polls librdkafka; each assigned partition has a worker that
/// delivers its messages one after another, so partitions go on in parallel and a failing message blocks its own partition only.
/// </summary>
internal sealed class KafkaConsumer : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Changes that come close together, as at a start, are one rebalance.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(20);

    /// <summary>Before a client that has failed is replaced by a new one.</summary>
    private static readonly TimeSpan ReopenPause = TimeSpan.FromSeconds(1);

    private readonly KafkaSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _changed = new(0);
    private ImmutableDictionary<string, KafkaTopicFeed> _feeds = ImmutableDictionary<string, KafkaTopicFeed>.Empty;
    private ImmutableHashSet<string> _draining = [];
    private readonly List<TaskCompletionSource> _waiting = [];
    private volatile KafkaSession? _session;
    private Task? _thread;
    private bool _closed;

    public KafkaConsumer(KafkaSettings settings, TimeProvider time, ILogger log)
    {
        _settings = settings;
        _time = time;
        _log = log;
    }

    public KafkaTopicFeed Add(string topic, MessageHandler handler)
    {
        var feed = new KafkaTopicFeed(this, topic, handler);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _feeds = _feeds.SetItem(topic, feed);
            _thread ??= Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        _changed.Release();
        return feed;
    }

    /// <summary>Returns when the group member has given the topic back.</summary>
    public Task RemoveAsync(string topic)
    {
        var applied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_closed || !_feeds.ContainsKey(topic))
            {
                return Task.CompletedTask;
            }

            _feeds = _feeds.Remove(topic);
            _waiting.Add(applied);
        }

        _changed.Release();
        return applied.Task;
    }

    /// <summary>Fetches no more of the topic and waits until what was fetched has been delivered.</summary>
    public async Task DrainAsync(string topic, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _draining = _draining.Add(topic);
        }

        _changed.Release();
        while (!cancellation.IsCancellationRequested && _session is { } session && !session.IsDrained(topic))
        {
            await Task.Delay(Poll, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            _feeds = _feeds.Clear();
        }

        _changed.Release();
        await (_thread ?? Task.CompletedTask);
    }

    private void Run()
    {
        var subscribed = ImmutableDictionary<string, KafkaTopicFeed>.Empty;
        while (true)
        {
            if (subscribed.IsEmpty || _changed.CurrentCount > 0)
            {
                _changed.Wait();
                while (_changed.Wait(Quiet))
                {
                    // Until nothing has changed for a moment.
                }
            }

            ImmutableDictionary<string, KafkaTopicFeed> wanted;
            List<TaskCompletionSource> waiting;
            bool closed;
            lock (_gate)
            {
                (wanted, waiting, closed) = (_feeds, [.. _waiting], _closed);
                _waiting.Clear();
            }

            try
            {
                if (!ReferenceEquals(wanted, subscribed) || (_session is null && !wanted.IsEmpty))
                {
                    subscribed = wanted;
                    Apply(wanted);
                }

                waiting.ForEach(applied => applied.TrySetResult());
                _session?.Poll(Poll, _draining);
            }
            catch (Exception error) when (error is KafkaException or InvalidOperationException)
            {
                Reopen(error);
                waiting.ForEach(applied => applied.TrySetResult());
            }

            if (closed)
            {
                return;
            }
        }
    }

    /// <summary>A fatal error leaves a client of librdkafka useless for good: another one joins in its place, and gets what was not committed.</summary>
    private void Reopen(Exception error)
    {
        KafkaLog.Reopening(_log, error.Message);
        _session?.Close();
        _session = null;
        _changed.Wait(ReopenPause);
    }

    /// <summary>Joins with the wanted topics; without any the member leaves the group.</summary>
    private void Apply(ImmutableDictionary<string, KafkaTopicFeed> wanted)
    {
        if (wanted.IsEmpty)
        {
            _session?.Close();
            _session = null;
            return;
        }

        _session ??= new KafkaSession(_settings, _time, _log);
        _session.Subscribe(wanted);
    }
}
