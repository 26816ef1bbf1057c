using Confluent.Kafka;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>Confluent.Kafka with the settings that the services use, and short times.</summary>
internal static class Client
{
    public static IProducer<string, string> Producer(string address, Action<ProducerConfig>? with = null)
    {
        var config = new ProducerConfig
        {
            BootstrapServers = address,
            Acks = Acks.All,
            EnableIdempotence = true,
            LingerMs = 1,
            ReconnectBackoffMaxMs = 200,
            // librdkafka's own reason comes before the deadline that only says what was awaited.
            MessageTimeoutMs = (int)Deadlines.Patience.TotalMilliseconds - 5000,
        };
        with?.Invoke(config);
        return LetGo<IProducer<string, string>>.Of(new ProducerBuilder<string, string>(config).SetLogHandler((_, _) => { }).Build());
    }

    public static IConsumer<string, string> Consumer(string address, string group, Action<ConsumerConfig>? with = null)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = address,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            // Long: a machine that is busy with something else must not end a membership. Tests of that set their own.
            SessionTimeoutMs = 45_000,
            HeartbeatIntervalMs = 200,
            ReconnectBackoffMaxMs = 200,
            EnablePartitionEof = false,
        };
        with?.Invoke(config);
        return LetGo<IConsumer<string, string>>.Of(new ConsumerBuilder<string, string>(config).SetLogHandler((_, _) => { }).Build());
    }

    public static IAdminClient Admin(string address) =>
        LetGo<IAdminClient>.Of(new AdminClientBuilder(new AdminClientConfig { BootstrapServers = address }).SetLogHandler((_, _) => { }).Build());

    /// <summary>Sends keyed messages <c>0..count-1</c>, and waits until all are acknowledged.</summary>
    public static async Task SendAsync(this IProducer<string, string> producer, string topic, int count, int from = 0) =>
        await Task.WhenAll(Enumerable.Range(from, count).Select(i => producer.ProduceAsync(topic, new Message<string, string> { Key = $"k{i % 100}", Value = $"{i}" })))
            .InTimeAsync($"{count} messages are acknowledged");

    public static Task<DeliveryResult<string, string>> SendOneAsync(this IProducer<string, string> producer, string topic, Message<string, string> message) =>
        producer.ProduceAsync(topic, message).InTimeAsync("a message is acknowledged");

    /// <summary>Commits, on a thread of its own: librdkafka waits for the answer as long as it takes.</summary>
    public static Task CommitAsync(this IConsumer<string, string> consumer, params TopicPartitionOffset[] offsets) =>
        Task.Run(() => consumer.Commit(offsets)).InTimeAsync("offsets are committed");

    /// <summary>Consumes until so many have come or the time is over.</summary>
    public static List<ConsumeResult<string, string>> Take(this IConsumer<string, string> consumer, int count, int seconds = 40)
    {
        var taken = new List<ConsumeResult<string, string>>(count);
        var deadline = DateTime.UtcNow.AddSeconds(seconds);
        while (taken.Count < count && DateTime.UtcNow < deadline)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is { } result)
            {
                taken.Add(result);
            }
        }

        return taken;
    }

    public static IEnumerable<int> Numbers(this IEnumerable<ConsumeResult<string, string>> results) => results.Select(r => int.Parse(r.Message.Value));
}
