using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using LocalCluster.Kafka.Protocol;
using LocalCluster.Kafka.Storage;

namespace LocalCluster.Kafka.Log;

/// <summary>All topics. A topic exists when the metadata log says so; its records are in <c>topics/NAME/PARTITION</c>.</summary>
internal sealed partial class TopicStore : IDisposable
{
    private const string KeyPrefix = "topic\0";
    private readonly ConcurrentDictionary<string, Topic> _topics = new(StringComparer.Ordinal);
    private readonly Lock _changes = new();
    private readonly MetadataLog _metadata;
    private readonly string _folder;
    private readonly int _autoCreatePartitions;

    /// <summary>Opens all topics of a data folder.</summary>
    /// <param name="dataFolder">The broker's folder.</param>
    /// <param name="metadata">Where the list of topics is kept.</param>
    /// <param name="autoCreatePartitions">Partitions of a topic that a client merely mentions; 0: it is not created.</param>
    public TopicStore(string dataFolder, MetadataLog metadata, int autoCreatePartitions)
    {
        _metadata = metadata;
        _autoCreatePartitions = autoCreatePartitions;
        _folder = Directory.CreateDirectory(Path.Combine(dataFolder, "topics")).FullName;
        foreach (var (key, value) in metadata.WithPrefix(KeyPrefix))
        {
            var stored = JsonSerializer.Deserialize(value, StorageJson.Default.StoredTopic)!;
            Open(key[KeyPrefix.Length..], stored.Partitions, TopicConfig.From(stored.Config)!);
        }

        // A deletion that a kill interrupted.
        foreach (var leftOver in Directory.GetDirectories(_folder).Where(d => !_topics.ContainsKey(Path.GetFileName(d))))
        {
            Directory.Delete(leftOver, recursive: true);
        }
    }

    public IEnumerable<Topic> All => _topics.Values.OrderBy(t => t.Name, StringComparer.Ordinal);

    public Topic? Find(string name) => _topics.GetValueOrDefault(name);

    public PartitionLog? Find(string name, int partition) =>
        _topics.TryGetValue(name, out var topic) && partition >= 0 && partition < topic.Partitions.Count ? topic.Partitions[partition] : null;

    /// <summary>The topic, created when that is allowed.</summary>
    public (ErrorCode Error, Topic? Topic) FindOrCreate(string name)
    {
        if (Find(name) is { } topic)
        {
            return (ErrorCode.None, topic);
        }

        if (_autoCreatePartitions == 0)
        {
            return (ErrorCode.UnknownTopicOrPartition, null);
        }

        var error = Create(name, _autoCreatePartitions, [], validateOnly: false);
        return error is ErrorCode.None or ErrorCode.TopicAlreadyExists ? (ErrorCode.None, Find(name)) : (error, null);
    }

    /// <summary>Makes a topic.</summary>
    /// <param name="name">Name by Kafka's rules.</param>
    /// <param name="partitions">How many; -1: the default.</param>
    /// <param name="settings">Settings by Kafka's names.</param>
    /// <param name="validateOnly">Only say what would happen.</param>
    public ErrorCode Create(string name, int partitions, IEnumerable<KeyValuePair<string, string>> settings, bool validateOnly)
    {
        partitions = partitions == -1 ? Math.Max(1, _autoCreatePartitions) : partitions;
        if (!LegalName().IsMatch(name) || name is "." or "..")
        {
            return ErrorCode.InvalidTopic;
        }

        if (partitions is < 1 or > 1000)
        {
            return ErrorCode.InvalidPartitions;
        }

        if (TopicConfig.From(settings) is not { } config)
        {
            return ErrorCode.InvalidConfig;
        }

        lock (_changes)
        {
            if (_topics.ContainsKey(name))
            {
                return ErrorCode.TopicAlreadyExists;
            }

            if (!validateOnly)
            {
                var stored = new StoredTopic(partitions, new Dictionary<string, string>(config.Own, StringComparer.Ordinal));
                _metadata.Put(KeyPrefix + name, JsonSerializer.SerializeToUtf8Bytes(stored, StorageJson.Default.StoredTopic));
                Open(name, partitions, config);
            }

            return ErrorCode.None;
        }
    }

    public ErrorCode Delete(string name)
    {
        lock (_changes)
        {
            if (!_topics.TryRemove(name, out var topic))
            {
                return ErrorCode.UnknownTopicOrPartition;
            }

            _metadata.Remove([KeyPrefix + name]);
            topic.Dispose();
            Directory.Delete(Path.Combine(_folder, name), recursive: true);
            return ErrorCode.None;
        }
    }

    public void ApplyRetention(DateTimeOffset now)
    {
        foreach (var partition in _topics.Values.SelectMany(t => t.Partitions))
        {
            partition.ApplyRetention(now);
        }
    }

    public void Dispose()
    {
        foreach (var topic in _topics.Values)
        {
            topic.Dispose();
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9._-]{1,249}$", RegexOptions.CultureInvariant)]
    private static partial Regex LegalName();

    private void Open(string name, int partitions, TopicConfig config)
    {
        var folder = Path.Combine(_folder, name);
        var logs = Enumerable.Range(0, partitions).Select(i => new PartitionLog(Path.Combine(folder, i.ToString()), config)).ToArray();
        _topics[name] = new Topic(name, config, logs);
    }
}
