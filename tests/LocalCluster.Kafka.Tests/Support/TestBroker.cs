using System.Net;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>A broker in this process, which can be restarted on its data and its port.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    private readonly TestFolder _folder = new();

    private TestBroker()
    {
    }

    public KafkaBroker Broker { get; private set; } = null!;

    public string Address => Broker.BootstrapServers;

    public string DataFolder => _folder.Path;

    public static async Task<TestBroker> StartAsync(Func<BrokerOptions, BrokerOptions>? with = null)
    {
        var test = new TestBroker();
        var options = new BrokerOptions { Listen = new IPEndPoint(IPAddress.Parse("127.63.1.1"), 0), DataFolder = test.DataFolder };
        test.Broker = await KafkaBroker.StartAsync(with?.Invoke(options) ?? options);
        return test;
    }

    public async Task RestartAsync()
    {
        var address = Broker.EndPoint;
        await Broker.DisposeAsync();
        Broker = await KafkaBroker.StartAsync(new BrokerOptions { Listen = address, DataFolder = DataFolder });
    }

    public GroupInfo? Group(string id) => Broker.Groups().FirstOrDefault(g => g.Id == id);

    public long Records(string topic) => Broker.Topics().Single(t => t.Name == topic).Partitions.Sum(p => p.EndOffset - p.StartOffset);

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        _folder.Dispose();
    }
}
