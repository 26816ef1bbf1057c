using System.Collections.Immutable;
using Confluent.Kafka;

namespace LocalCluster.Sidecar.PubSub.Kafka;

/// <summary>A membership in the consumer group with the partitions it was given. All methods but <see cref="IsDrained"/> belong to the polling thread.</summary>
internal sealed class KafkaSession
{
    /// <summary>How long a rebalance waits for messages in flight to be answered before their partitions are given away.</summary>
    private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan MetadataLimit = TimeSpan.FromSeconds(2);

    private readonly KafkaSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private ImmutableDictionary<TopicPartition, PartitionWorker> _workers = ImmutableDictionary<TopicPartition, PartitionWorker>.Empty;
    private ImmutableDictionary<string, KafkaTopicFeed> _feeds = ImmutableDictionary<string, KafkaTopicFeed>.Empty;

    public KafkaSession(KafkaSettings settings, TimeProvider time, ILogger log)
    {
        _settings = settings;
        _time = time;
        _log = log;
        var config = new ConsumerConfig(new ClientConfig(settings.Client.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal)))
        {
            GroupId = settings.ConsumerGroup,
            AutoOffsetReset = settings.InitialOffset,
            SessionTimeoutMs = (int)settings.SessionTimeout.TotalMilliseconds,
            HeartbeatIntervalMs = (int)settings.HeartbeatInterval.TotalMilliseconds,
            PartitionAssignmentStrategy = settings.Assignment,
            // Offsets are stored only after success and committed each second.
            EnableAutoOffsetStore = false,
            EnableAutoCommit = true,
            AutoCommitIntervalMs = 1000,
            AllowAutoCreateTopics = true,
            FetchWaitMaxMs = 500,
            FetchErrorBackoffMs = 100,
            QueuedMinMessages = 1000,
            QueuedMaxMessagesKbytes = 16 * 1024,
            TopicMetadataRefreshIntervalMs = 10_000,
        };
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetPartitionsAssignedHandler((_, partitions) => Assigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => Revoked(partitions.ConvertAll(p => p.TopicPartition)))
            .SetPartitionsLostHandler((_, partitions) => Revoked(partitions.ConvertAll(p => p.TopicPartition)))
            .SetLogHandler((_, message) => KafkaLog.Librdkafka(log, message.Facility, message.Message))
            .SetErrorHandler((_, error) => KafkaLog.ClientError(log, error.Reason))
            .Build();
    }

    public void Subscribe(ImmutableDictionary<string, KafkaTopicFeed> feeds)
    {
        var added = feeds.Keys.Where(topic => !_feeds.ContainsKey(topic)).ToList();
        var sameTopics = added.Count == 0 && _feeds.Count == feeds.Count;
        _feeds = feeds;
        if (!sameTopics)
        {
            MakeKnown(added);
            _consumer.Subscribe(feeds.Keys.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>Takes at most one message and gives it to its partition's worker; not one of a topic that is draining, which whoever gets the partition fetches again.</summary>
    /// <exception cref="KafkaException">The client has failed for good.</exception>
    public void Poll(TimeSpan wait, ImmutableHashSet<string> draining)
    {
        try
        {
            if (_consumer.Consume(wait) is { } result && !draining.Contains(result.Topic) && _workers.TryGetValue(result.TopicPartition, out var worker))
            {
                worker.Enqueue(result);
            }
        }
        catch (ConsumeException error) when (!error.Error.IsFatal)
        {
            // For example a topic that does not exist yet: librdkafka goes on by itself.
            KafkaLog.ConsumeFailed(_log, error.Error.Reason);
        }
    }

    public bool IsDrained(string topic) =>
        _workers.Values.All(worker => worker.Partition.Topic != topic || worker.IsIdle);

    /// <summary>Finishes what is in flight, commits and leaves the group.</summary>
    public void Close()
    {
        try
        {
            _consumer.Close();
        }
        catch (KafkaException error)
        {
            KafkaLog.ClientError(_log, error.Error.Reason);
        }

        // A client that has failed does not always say that its partitions are gone.
        if (!_workers.IsEmpty)
        {
            Revoked([.. _workers.Keys]);
        }

        _consumer.Dispose();
    }

    /// <summary>A topic that the client has just learnt of is assigned at once; one it has yet to discover waits for its next metadata refresh.</summary>
    private void MakeKnown(IEnumerable<string> topics)
    {
        using var admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        try
        {
            foreach (var topic in topics)
            {
                admin.GetMetadata(topic, MetadataLimit);
            }
        }
        catch (KafkaException error)
        {
            KafkaLog.ClientError(_log, error.Error.Reason);
        }
    }

    private void Assigned(List<TopicPartition> partitions)
    {
        KafkaLog.Assigned(_log, _settings.ConsumerGroup, string.Join(", ", partitions));
        foreach (var partition in partitions)
        {
            if (_feeds.TryGetValue(partition.Topic, out var feed))
            {
                _workers = _workers.SetItem(partition, new PartitionWorker(partition, feed, _settings, _consumer, _time, _log));
            }
        }
    }

    /// <summary>Runs inside the rebalance: until it returns the partitions are still ours, so finished work is still committed.</summary>
    private void Revoked(List<TopicPartition> partitions)
    {
        KafkaLog.Revoked(_log, _settings.ConsumerGroup, string.Join(", ", partitions));
        var leaving = _workers.Where(pair => partitions.Contains(pair.Key)).Select(pair => pair.Value).ToList();
        _workers = _workers.RemoveRange(partitions);
        leaving.ForEach(worker => worker.Stop());
        if (!Task.WaitAll([.. leaving.Select(worker => worker.Completion)], HandOver))
        {
            KafkaLog.HandOverLate(_log, _settings.ConsumerGroup);
        }
    }
}
