using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Confluent.Kafka;

namespace LocalCluster.Sidecar.PubSub.Kafka;

/// <summary>
/// Delivers the messages of one partition in order. The offset moves only over messages that were taken. What was fetched waits here without bound, unlike in Dapr: a slow
/// partition must not stop the others, and librdkafka cannot be trusted to pause one (it stays paused through a rebalance, and a pause in the midst of one may never return).
/// </summary>
internal sealed class PartitionWorker
{
    private readonly KafkaTopicFeed _feed;
    private readonly KafkaSettings _settings;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Channel<ConsumeResult<byte[]?, byte[]?>> _queue =
        Channel.CreateUnbounded<ConsumeResult<byte[]?, byte[]?>>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource _stop = new();
    private int _unfinished;

    public PartitionWorker(
        TopicPartition partition,
        KafkaTopicFeed feed,
        KafkaSettings settings,
        IConsumer<byte[]?, byte[]?> consumer,
        TimeProvider time,
        ILogger log)
    {
        Partition = partition;
        _feed = feed;
        _settings = settings;
        _consumer = consumer;
        _time = time;
        _log = log;
        Completion = Task.Run(RunAsync);
    }

    public TopicPartition Partition { get; }

    public Task Completion { get; }

    public bool IsIdle => Volatile.Read(ref _unfinished) == 0;

    public void Enqueue(ConsumeResult<byte[]?, byte[]?> result)
    {
        Interlocked.Increment(ref _unfinished);
        if (!_queue.Writer.TryWrite(result))
        {
            Interlocked.Decrement(ref _unfinished);
        }
    }

    /// <summary>Takes no further message; the one in flight may end.</summary>
    public void Stop()
    {
        _stop.Cancel();
        _queue.Writer.TryComplete();
    }

    private async Task RunAsync()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, _feed.Stopped);
        await foreach (var result in _queue.Reader.ReadAllAsync())
        {
            if (end.IsCancellationRequested || !await DeliverAsync(result, end.Token))
            {
                // Everything from here on is fetched again by whoever gets the partition.
                Stop();
                Volatile.Write(ref _unfinished, 0);
                return;
            }

            Interlocked.Decrement(ref _unfinished);
        }
    }

    /// <returns>False when the partition is being given away with the message untaken.</returns>
    private async Task<bool> DeliverAsync(ConsumeResult<byte[]?, byte[]?> result, CancellationToken end)
    {
        var message = ToMessage(result);
        for (var attempt = 0L; ; attempt++)
        {
            var outcome = await HandleAsync(result, message);
            if (outcome == DeliveryOutcome.Abandoned)
            {
                return false;
            }

            if (outcome == DeliveryOutcome.Done)
            {
                Store(result);
                return true;
            }

            if (outcome == DeliveryOutcome.Failed && (!_settings.RetryFailed || (_settings.RetryLimit >= 0 && attempt >= _settings.RetryLimit)))
            {
                // Left unmarked, but lost as soon as a later offset is stored.
                KafkaLog.Skipped(_log, result.TopicPartitionOffset.ToString());
                return true;
            }

            KafkaLog.Retrying(_log, result.TopicPartitionOffset.ToString());
            await Task.Delay(_settings.RetryPause, _time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (end.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    /// <returns>Null when the sidecar itself has failed, which is never the message's end.</returns>
    private async Task<DeliveryOutcome?> HandleAsync(ConsumeResult<byte[]?, byte[]?> result, IncomingMessage message)
    {
        try
        {
            return await _feed.Handler(message, _stop.Token);
        }
        catch (Exception unexpected)
        {
            KafkaLog.DeliveryBroke(_log, unexpected, result.TopicPartitionOffset.ToString());
            return null;
        }
    }

    private void Store(ConsumeResult<byte[]?, byte[]?> result)
    {
        try
        {
            _consumer.StoreOffset(result);
        }
        catch (Exception error) when (error is KafkaException or ObjectDisposedException)
        {
            // The partition went to another member in the meantime, which will deliver the message again.
            KafkaLog.NotStored(_log, result.TopicPartitionOffset.ToString(), error.Message);
        }
    }

    private static IncomingMessage ToMessage(ConsumeResult<byte[]?, byte[]?> result)
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in result.Message.Headers)
        {
            metadata[header.Key] = Encoding.UTF8.GetString(header.GetValueBytes() ?? []);
        }

        if (result.Message.Key is { } key)
        {
            metadata["__key"] = Encoding.UTF8.GetString(key);
        }

        metadata["__offset"] = result.Offset.Value.ToString(CultureInfo.InvariantCulture);
        metadata["__partition"] = result.Partition.Value.ToString(CultureInfo.InvariantCulture);
        metadata["__timestamp"] = result.Message.Timestamp.UnixTimestampMs.ToString(CultureInfo.InvariantCulture);
        metadata["__topic"] = result.Topic;
        return new IncomingMessage(result.Topic, result.Message.Value ?? [], metadata);
    }
}
