using System.Net;
using System.Net.Sockets;
using LocalCluster.Kafka.Apis;
using LocalCluster.Kafka.Groups;
using LocalCluster.Kafka.Log;
using LocalCluster.Kafka.Network;
using LocalCluster.Kafka.Protocol;
using LocalCluster.Kafka.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalCluster.Kafka;

/// <summary>
/// A test double of a Kafka cluster of one broker: the Kafka protocol, a log on disk, consumer groups. It has no replication, no
/// transactions, no quotas, no authentication, and promises nothing after a power cut. It does survive being killed.
/// </summary>
public sealed class KafkaBroker : IAsyncDisposable
{
    private readonly FileStream _folderLock;
    private readonly MetadataLog _metadata;
    private readonly TopicStore _topics;
    private readonly GroupCoordinator _groups;
    private readonly Listener _listener;
    private readonly ITimer _retention;

    private KafkaBroker(BrokerOptions options, TimeProvider time, Faults faults, Listener listener, FileStream folderLock)
    {
        Faults = faults;
        _listener = listener;
        _folderLock = folderLock;
        _metadata = new MetadataLog(Path.Combine(options.DataFolder, "metadata.log"));
        _topics = new TopicStore(options.DataFolder, _metadata, options.AutoCreatePartitions);
        _groups = new GroupCoordinator(_metadata, options.InitialRebalanceDelay, time);
        foreach (var (name, partitions) in options.Topics)
        {
            CreateTopic(name, partitions);
        }

        var identity = new BrokerIdentity(listener.EndPoint.Address.ToString(), listener.EndPoint.Port);
        listener.Start(new ApiTable(
        [
            .. new MetadataApi(_topics, identity).Routes,
            .. new ProduceApi(_topics, new ProducerIds(_metadata)).Routes,
            .. new FetchApi(_topics, time).Routes,
            .. new OffsetsApi(_topics).Routes,
            .. new TopicsApi(_topics, _groups).Routes,
            .. new MembershipApi(_groups, faults).Routes,
            .. new GroupOffsetsApi(_groups).Routes,
            .. new GroupAdminApi(_groups).Routes,
        ]));
        _retention = time.CreateTimer(_ => _topics.ApplyRetention(time.GetUtcNow()), null, options.RetentionInterval, options.RetentionInterval);
    }

    /// <summary>The address listened on.</summary>
    public IPEndPoint EndPoint => _listener.EndPoint;

    /// <summary>The same as clients want it: <c>host:port</c>.</summary>
    public string BootstrapServers => EndPoint.ToString();

    /// <summary>Makes this broker misbehave.</summary>
    public Faults Faults { get; }

    /// <summary>Starts a broker on what its data folder holds. It answers when this returns.</summary>
    /// <exception cref="SocketException">The address is in use, or not one of this machine's.</exception>
    /// <exception cref="DataFolderInUseException">Another broker works on the folder.</exception>
    public static async Task<KafkaBroker> StartAsync(BrokerOptions options, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        time ??= TimeProvider.System;
        var logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<KafkaBroker>();
        var folderLock = Lock(options.DataFolder);
        Listener? listener = null;
        try
        {
            var faults = new Faults(time);
            listener = new Listener(options.Listen, faults, logger);
            return new KafkaBroker(options, time, faults, listener, folderLock);
        }
        catch
        {
            await (listener?.DisposeAsync() ?? ValueTask.CompletedTask);
            await folderLock.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a topic unless there is one of that name.</summary>
    /// <param name="name">Letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</param>
    /// <param name="partitions">1 to 1000.</param>
    /// <param name="settings">Kafka's names: <c>retention.ms</c>, <c>retention.bytes</c>, <c>segment.bytes</c>, <c>max.message.bytes</c>.</param>
    /// <exception cref="ArgumentException">Name, number or a setting is not a legal one.</exception>
    public void CreateTopic(string name, int partitions, IReadOnlyDictionary<string, string>? settings = null)
    {
        var error = _topics.Create(name, partitions, settings ?? new Dictionary<string, string>(StringComparer.Ordinal), validateOnly: false);
        if (error is not (ErrorCode.None or ErrorCode.TopicAlreadyExists))
        {
            throw new ArgumentException($"Topic {name} with {partitions} partitions: {error}");
        }
    }

    /// <summary>All topics, by name.</summary>
    public IReadOnlyList<TopicState> Topics() => [.. _topics.All.Select(t => new TopicState(t.Name, [.. t.Partitions.Select(State)]))];

    /// <summary>All groups, by name.</summary>
    public IReadOnlyList<GroupInfo> Groups() => [.. _groups.All.Select(g => new GroupInfo(
        g.Id,
        g.State.ToString(),
        g.Generation,
        g.Protocol,
        [.. g.Members.Select(m => new GroupMember(m.Id, m.ClientId, m.ClientHost))],
        [.. _groups.Committed(g.Id).Select(o => new GroupOffset(o.Topic, o.Partition, o.Offset, Lag(o)))]))];

    /// <summary>Stops: connections are closed, files too. What was acknowledged is in the data folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _retention.DisposeAsync();
        _groups.Dispose();
        _topics.Dispose();
        _metadata.Dispose();
        await _folderLock.DisposeAsync();
    }

    private static FileStream Lock(string folder)
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException inUse)
        {
            throw new DataFolderInUseException(folder, inUse);
        }
    }

    private static PartitionState State(PartitionLog log, int index)
    {
        var (start, end, bytes) = log.Extent();
        return new PartitionState(index, start, end, bytes);
    }

    private long Lag(CommittedOffset offset) =>
        Math.Max(0, (_topics.Find(offset.Topic, offset.Partition)?.Extent().End ?? offset.Offset) - offset.Offset);
}
