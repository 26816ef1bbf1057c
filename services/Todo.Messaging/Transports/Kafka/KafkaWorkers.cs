using System.Threading.Channels;
using Confluent.Kafka;
using Todo.Contracts;
using Todo.Messaging.Consuming;
using Todo.Messaging.Publishing;

namespace Todo.Messaging.Transports.Kafka;

/// <summary>
/// Handles records beside the poll loop, several at a time and in order per key. A transient failure is retried in place without end, so that
/// nothing behind it is committed.
/// </summary>
internal sealed class KafkaWorkers : IAsyncDisposable
{
    private const int Count = 16;

    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);

    private readonly Channel<Work>[] _queues = new Channel<Work>[Count];
    private readonly Task[] _workers = new Task[Count];
    private readonly Dispatcher _dispatcher;
    private readonly TimeProvider _time;
    private readonly ManualResetEventSlim _room = new();
    private int _queued;

    public KafkaWorkers(Dispatcher dispatcher, TimeProvider time)
    {
        _dispatcher = dispatcher;
        _time = time;
        for (var i = 0; i < Count; i++)
        {
            var queue = Channel.CreateUnbounded<Work>(new() { SingleReader = true });
            _queues[i] = queue;
            _workers[i] = Task.Run(() => RunAsync(queue.Reader));
        }
    }

    /// <summary>Records taken and not finished; the poll loop slows down when there are too many.</summary>
    public int Queued => Volatile.Read(ref _queued);

    public void Enqueue(AssignedPartition partition, ConsumeResult<string, byte[]> record)
    {
        partition.Add(record.Offset.Value);
        Interlocked.Increment(ref _queued);
        var lane = Lanes.Hash(record.Message.Key ?? "") % Count;
        _queues[lane].Writer.TryWrite(new(partition, record));
    }

    /// <summary>Blocks until fewer than <paramref name="limit"/> records are taken and not finished, but not for longer than <paramref name="longest"/>.</summary>
    public void WaitForRoom(int limit, TimeSpan longest)
    {
        var started = _time.GetTimestamp();
        while (Queued >= limit)
        {
            _room.Reset();
            var left = longest - _time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || (Queued >= limit && !_room.Wait(left)))
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues)
        {
            queue.Writer.TryComplete();
        }

        await Task.WhenAll(_workers);
        _room.Dispose();
    }

    private async Task RunAsync(ChannelReader<Work> queue)
    {
        await foreach (var work in queue.ReadAllAsync())
        {
            if (work.Partition.TryBegin())
            {
                work.Partition.End(work.Record.Offset.Value, await HandleAsync(work));
            }

            Interlocked.Decrement(ref _queued);
            _room.Set();
        }
    }

    /// <returns>Whether it is done with, so that its offset may be committed.</returns>
    private async Task<bool> HandleAsync(Work work)
    {
        var message = work.Record.Message;
        var arrival = EventReader.Read(
            work.Record.Topic, message.Value ?? [], message.Key, new DateTimeOffset(message.Timestamp.UtcDateTime), TransportNames.DirectKafka);
        for (var backoff = FirstBackoff; ; backoff = backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff)
        {
            // Not cancelled by a revocation: the transaction that has begun is the fastest way out.
            if (await _dispatcher.DispatchAsync(arrival, CancellationToken.None) != DispatchOutcome.Retry)
            {
                return true;
            }

            await Task.Delay(backoff, _time, work.Partition.Revoked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (work.Partition.Revoked.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    private sealed record Work(AssignedPartition Partition, ConsumeResult<string, byte[]> Record);
}
