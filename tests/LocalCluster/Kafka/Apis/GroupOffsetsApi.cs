using LocalCluster.Kafka.Groups;
using LocalCluster.Kafka.Protocol;

namespace LocalCluster.Kafka.Apis;

/// <summary>How far a group has come.</summary>
internal sealed class GroupOffsetsApi(GroupCoordinator groups)
{
    private const int NoOffset = -1;
    private const int NoEpoch = -1;

    public IEnumerable<ApiRoute> Routes =>
    [
        new(ApiKey.OffsetCommit, 1, 8, 8, Commit),
        new(ApiKey.OffsetFetch, 1, 7, 6, Fetch),
    ];

    private void Commit(Request request, ProtocolWriter response)
    {
        var (version, body) = (request.Version, request.Body);
        var (groupId, generation, memberId) = (body.String(), body.Int32(), body.String());
        _ = version >= 7 ? body.NullableString() : null;
        _ = version is >= 2 and <= 4 ? body.Int64() : 0;
        var offsets = body.Array(b =>
        {
            var topic = b.String();
            var partitions = b.Array(p => ReadOffset(version, topic, p));
            b.Tags();
            return (Topic: topic, Partitions: partitions);
        });

        var error = groupId.Length == 0
            ? ErrorCode.InvalidGroupId
            : groups.Commit(groupId, memberId, generation, [.. offsets.SelectMany(t => t.Partitions)]);
        if (version >= 3)
        {
            response.NoThrottle();
        }

        response.Array(offsets, topic =>
        {
            response.String(topic.Topic);
            response.Array(topic.Partitions, offset =>
            {
                response.Int32(offset.Partition);
                response.Error(error);
                response.Tags();
            });
            response.Tags();
        });
        response.Tags();
    }

    private static CommittedOffset ReadOffset(short version, string topic, ProtocolReader body)
    {
        var (partition, offset) = (body.Int32(), body.Int64());
        var epoch = version >= 6 ? body.Int32() : NoEpoch;
        _ = version == 1 ? body.Int64() : 0;
        var metadata = body.NullableString();
        body.Tags();
        return new CommittedOffset(topic, partition, offset, epoch, metadata);
    }

    private void Fetch(Request request, ProtocolWriter response)
    {
        var (version, body) = (request.Version, request.Body);
        var groupId = body.String();
        var wanted = body.NullableArray(b =>
        {
            var topic = (Topic: b.String(), Partitions: b.Array(p => p.Int32()));
            b.Tags();
            return topic;
        });
        var offsets = wanted is null
            ? groups.Committed(groupId)
            : [.. wanted.SelectMany(t => t.Partitions.Select(p =>
                groups.Committed(groupId, t.Topic, p) ?? new CommittedOffset(t.Topic, p, NoOffset, NoEpoch, "")))];

        if (version >= 3)
        {
            response.NoThrottle();
        }

        response.Array(offsets.GroupBy(o => o.Topic, StringComparer.Ordinal).ToList(), topic =>
        {
            response.String(topic.Key);
            response.Array(topic.ToList(), offset =>
            {
                response.Int32(offset.Partition);
                response.Int64(offset.Offset);
                if (version >= 5)
                {
                    response.Int32(offset.LeaderEpoch);
                }

                response.String(offset.Metadata);
                response.Error(ErrorCode.None);
                response.Tags();
            });
            response.Tags();
        });
        if (version >= 2)
        {
            response.Error(ErrorCode.None);
        }

        response.Tags();
    }
}
