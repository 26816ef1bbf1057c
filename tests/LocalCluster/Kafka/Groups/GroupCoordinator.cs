using System.Collections.Concurrent;
using System.Text.Json;
using LocalCluster.Kafka.Protocol;
using LocalCluster.Kafka.Storage;

namespace LocalCluster.Kafka.Groups;

/// <summary>An offset to commit, or as it was committed.</summary>
internal sealed record CommittedOffset(string Topic, int Partition, long Offset, int LeaderEpoch, string? Metadata);

/// <summary>All groups with their members and committed offsets. Both are kept in the metadata log and are there again after a restart.</summary>
internal sealed class GroupCoordinator : IDisposable
{
    private const string GroupPrefix = "group\0";
    private const string OffsetPrefix = "offset\0";
    private readonly ConcurrentDictionary<string, Group> _groups = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<(string Topic, int Partition), CommittedOffset>> _offsets = new(StringComparer.Ordinal);
    private readonly MetadataLog _metadata;
    private readonly GroupSettings _settings;

    public GroupCoordinator(MetadataLog metadata, TimeSpan initialRebalanceDelay, TimeProvider time)
    {
        _metadata = metadata;
        _settings = new GroupSettings(initialRebalanceDelay, time, time.GetTimestamp(), Save);
        foreach (var (key, value) in metadata.WithPrefix(GroupPrefix))
        {
            var id = key[GroupPrefix.Length..];
            _groups[id] = new Group(id, _settings, JsonSerializer.Deserialize(value, StorageJson.Default.StoredGroup));
        }

        foreach (var (key, value) in metadata.WithPrefix(OffsetPrefix))
        {
            var parts = key.Split('\0');
            var stored = JsonSerializer.Deserialize(value, StorageJson.Default.StoredOffset)!;
            Remember(parts[1], new CommittedOffset(parts[2], int.Parse(parts[3]), stored.Offset, stored.LeaderEpoch, stored.Metadata));
        }
    }

    public IEnumerable<GroupDescription> All => _groups.Values.OrderBy(g => g.Id, StringComparer.Ordinal).Select(g => g.Describe());

    public Group? Find(string id) => _groups.GetValueOrDefault(id);

    public Group FindOrCreate(string id) => _groups.GetOrAdd(id, name => new Group(name, _settings, null));

    public ErrorCode Commit(string groupId, string memberId, int generation, IReadOnlyCollection<CommittedOffset> offsets)
    {
        var error = FindOrCreate(groupId).CheckCommit(memberId, generation);
        if (error == ErrorCode.None && offsets.Count > 0)
        {
            _metadata.Put(offsets.Select(o => KeyValuePair.Create(
                OffsetKey(groupId, o.Topic, o.Partition),
                JsonSerializer.SerializeToUtf8Bytes(new StoredOffset(o.Offset, o.LeaderEpoch, o.Metadata), StorageJson.Default.StoredOffset))));
            foreach (var offset in offsets)
            {
                Remember(groupId, offset);
            }
        }

        return error;
    }

    public CommittedOffset? Committed(string groupId, string topic, int partition) =>
        _offsets.TryGetValue(groupId, out var offsets) ? offsets.GetValueOrDefault((topic, partition)) : null;

    public IReadOnlyList<CommittedOffset> Committed(string groupId) =>
        _offsets.TryGetValue(groupId, out var offsets) ? [.. offsets.Values.OrderBy(o => o.Topic, StringComparer.Ordinal).ThenBy(o => o.Partition)] : [];

    public ErrorCode Delete(string groupId)
    {
        if (Find(groupId) is not { } group)
        {
            return ErrorCode.GroupIdNotFound;
        }

        if (group.Describe().State != GroupState.Empty)
        {
            return ErrorCode.NonEmptyGroup;
        }

        _groups.TryRemove(groupId, out _);
        group.Dispose();
        Forget(groupId, _ => true, [GroupPrefix + groupId]);
        return ErrorCode.None;
    }

    /// <summary>Forgets the offsets of a deleted topic: a topic of the same name begins at 0.</summary>
    public void ForgetTopic(string topic)
    {
        foreach (var groupId in _offsets.Keys)
        {
            Forget(groupId, o => o.Topic == topic, []);
        }
    }

    public void Dispose()
    {
        foreach (var group in _groups.Values)
        {
            group.Dispose();
        }
    }

    private static string OffsetKey(string group, string topic, int partition) => $"{OffsetPrefix}{group}\0{topic}\0{partition}";

    private void Remember(string groupId, CommittedOffset offset)
    {
        _groups.GetOrAdd(groupId, name => new Group(name, _settings, null));
        _offsets.GetOrAdd(groupId, _ => new())[(offset.Topic, offset.Partition)] = offset;
    }

    private void Forget(string groupId, Func<CommittedOffset, bool> which, IEnumerable<string> furtherKeys)
    {
        var gone = Committed(groupId).Where(which).ToList();
        _metadata.Remove([.. gone.Select(o => OffsetKey(groupId, o.Topic, o.Partition)), .. furtherKeys]);
        foreach (var offset in gone)
        {
            _offsets[groupId].TryRemove((offset.Topic, offset.Partition), out _);
        }
    }

    private void Save(string id, StoredGroup group) =>
        _metadata.Put(GroupPrefix + id, JsonSerializer.SerializeToUtf8Bytes(group, StorageJson.Default.StoredGroup));
}
