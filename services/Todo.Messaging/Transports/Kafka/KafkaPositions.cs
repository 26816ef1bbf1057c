using Confluent.Kafka;
using Todo.Messaging.Consuming;
using Todo.Messaging.Hosting;

namespace Todo.Messaging.Transports.Kafka;

/// <summary>
/// Where this service's group stands, asked of the broker without joining the group. Cached for a second, and asked by one caller at a time, because
/// an absent broker blocks each question until its time-out.
/// </summary>
internal sealed class KafkaPositions(ServiceOptions options, Dispatcher dispatcher, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private IConsumer<byte[], byte[]>? _client;
    private KafkaPositionsAnswer? _cached;
    private DateTimeOffset _cachedAt;

    public async Task<KafkaPositionsAnswer> GetAsync(CancellationToken cancellationToken)
    {
        if (dispatcher.Topics.Count == 0)
        {
            return new([], null);
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_cached is null || time.GetUtcNow() - _cachedAt > CacheTime)
            {
                _cached = await Task.Run(Ask, CancellationToken.None);
                _cachedAt = time.GetUtcNow();
            }

            return _cached;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _gate.Dispose();
    }

    private KafkaPositionsAnswer Ask()
    {
        try
        {
            _client ??= new ConsumerBuilder<byte[], byte[]>(KafkaSettings.Positions(options))
                .SetErrorHandler((_, _) => { })
                .SetLogHandler((_, _) => { })
                .Build();
            using var admin = new DependentAdminClientBuilder(_client.Handle).Build();
            var partitions = dispatcher.Topics.Order(StringComparer.Ordinal)
                .SelectMany(topic => admin.GetMetadata(topic, Timeout).Topics
                    .Where(x => !x.Error.IsError)
                    .SelectMany(x => x.Partitions.Select(p => new TopicPartition(x.Topic, p.PartitionId))))
                .ToList();
            var committed = _client.Committed(partitions, Timeout);
            return new(committed.ConvertAll(x => Position(x, _client.QueryWatermarkOffsets(x.TopicPartition, Timeout))), null);
        }
        catch (KafkaException e)
        {
            return new(null, e.Error.Reason);
        }
    }

    // A group that has never committed starts at the oldest record.
    private KafkaPosition Position(TopicPartitionOffset committed, WatermarkOffsets watermarks) => new(
        options.Kafka.ConsumerGroup,
        committed.Topic,
        committed.Partition.Value,
        committed.Offset.IsSpecial ? watermarks.Low.Value : committed.Offset.Value,
        watermarks.High.Value);
}

/// <param name="Committed">Offset that the group continues from.</param>
/// <param name="End">Offset of the next record to be written.</param>
internal sealed record KafkaPosition(string Group, string Topic, int Partition, long Committed, long End);

/// <param name="Positions">Null when the broker could not be asked.</param>
internal sealed record KafkaPositionsAnswer(IReadOnlyList<KafkaPosition>? Positions, string? Error);
