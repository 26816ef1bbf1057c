using System.Net;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>
/// The Kafka of one test: a broker in this process with data of its own, or the real one that <c>KAFKA_BOOTSTRAP</c> names. Whatever a
/// client can do or see goes through a client; a test that needs more asks for <see cref="Broker"/>, and is skipped with a real one.
/// </summary>
internal sealed class TestBroker : IAsyncDisposable
{
    private static readonly TimeSpan AdminLimit = TimeSpan.FromSeconds(20);
    private readonly TestFolder _folder = new();
    private readonly Lazy<IAdminClient> _admin;
    private KafkaBroker? _broker;

    private TestBroker() => _admin = new Lazy<IAdminClient>(() => Client.Admin(Address));

    public string Address => RealKafka.Bootstrap ?? Broker.BootstrapServers;

    /// <summary>The test double, with its fault hooks and its inside.</summary>
    public KafkaBroker Broker
    {
        get
        {
            RealKafka.SkipWhenUsed("needs the fault hooks, a restart or the inside of the test double");
            return _broker!;
        }
    }

    public string DataFolder => _folder.Path;

    /// <param name="with">Options of the test double: with a real Kafka the test is skipped.</param>
    public static async Task<TestBroker> StartAsync(Func<BrokerOptions, BrokerOptions>? with = null)
    {
        // From here on the test is not on the thread that watches its time.
        await Task.Yield();
        var test = new TestBroker();
        if (RealKafka.Bootstrap is null || with is not null)
        {
            RealKafka.SkipWhenUsed("needs options of the test double");
            var options = new BrokerOptions { Listen = IPEndPoint.Parse(Loopback.Next()), DataFolder = test.DataFolder };
            test._broker = await KafkaBroker.StartAsync(with?.Invoke(options) ?? options).InTimeAsync();
        }

        return test;
    }

    public async Task RestartAsync()
    {
        var address = Broker.EndPoint;
        await Broker.DisposeAsync().AsTask().InTimeAsync();
        _broker = await KafkaBroker.StartAsync(new BrokerOptions { Listen = address, DataFolder = DataFolder }).InTimeAsync();
    }

    public Task CreateTopicAsync(string name, int partitions, Dictionary<string, string>? settings = null) => _admin.Value.CreateTopicsAsync(
        [new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = 1, Configs = settings }],
        new CreateTopicsOptions { RequestTimeout = AdminLimit, OperationTimeout = AdminLimit }).InTimeAsync();

    /// <summary>The group as the double has it, generation included.</summary>
    public GroupInfo Group(string id) => Broker.Groups().Single(g => g.Id == id);

    /// <summary>The group as any client sees it; null when there is none.</summary>
    public Confluent.Kafka.GroupInfo? DescribeGroup(string id) => _admin.Value.ListGroup(id, AdminLimit);

    /// <summary>Records that are still there, over all partitions.</summary>
    public long Records(string topic)
    {
        using var consumer = Client.Consumer(Address, "watermarks");
        return PartitionsOf(topic).Select(p => consumer.QueryWatermarkOffsets(p, AdminLimit)).Sum(w => w.High.Value - w.Low.Value);
    }

    /// <summary>Sum of the offsets that a group has committed.</summary>
    public long Committed(string group, string topic)
    {
        using var consumer = Client.Consumer(Address, group);
        return consumer.Committed(PartitionsOf(topic), AdminLimit).Sum(o => Math.Max(0, o.Offset.Value));
    }

    public async ValueTask DisposeAsync()
    {
        if (_admin.IsValueCreated)
        {
            _admin.Value.Dispose();
        }

        if (_broker is not null)
        {
            await _broker.DisposeAsync().AsTask().InTimeAsync();
        }

        _folder.Dispose();
    }

    private IEnumerable<TopicPartition> PartitionsOf(string topic) =>
        _admin.Value.GetMetadata(topic, AdminLimit).Topics.Single().Partitions.Select(p => new TopicPartition(topic, p.PartitionId));
}
