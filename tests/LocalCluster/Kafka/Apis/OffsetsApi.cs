using LocalCluster.Kafka.Log;
using LocalCluster.Kafka.Protocol;

namespace LocalCluster.Kafka.Apis;

/// <summary>Positions in the log: by time, earliest, latest, and the end of a leader's term (of which there is only one).</summary>
internal sealed class OffsetsApi(TopicStore topics)
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long None = -1;

    public IEnumerable<ApiRoute> Routes =>
    [
        new(ApiKey.ListOffsets, 1, 6, 6, ListOffsets),
        new(ApiKey.OffsetForLeaderEpoch, 2, 3, 4, OffsetForLeaderEpoch),
    ];

    private void ListOffsets(Request request, ProtocolWriter response)
    {
        var version = request.Version;
        _ = request.Body.Int32();
        _ = version >= 2 ? request.Body.Int8() : 0;
        var perTopic = request.Body.Array(b =>
        {
            var topic = b.String();
            var partitions = b.Array(p =>
            {
                var index = p.Int32();
                _ = version >= 4 ? p.Int32() : 0;
                var timestamp = p.Int64();
                p.Tags();
                return (Index: index, Timestamp: timestamp);
            });
            b.Tags();
            return (Topic: topic, Partitions: partitions);
        });

        if (version >= 2)
        {
            response.NoThrottle();
        }

        response.Array(perTopic, topic =>
        {
            response.String(topic.Topic);
            response.Array(topic.Partitions, p =>
            {
                var (error, offset, timestamp) = Look(topics.Find(topic.Topic, p.Index), p.Timestamp);
                response.Int32(p.Index);
                response.Error(error);
                response.Int64(timestamp);
                response.Int64(offset);
                if (version >= 4)
                {
                    response.Int32(BrokerIdentity.LeaderEpoch);
                }

                response.Tags();
            });
            response.Tags();
        });
        response.Tags();
    }

    private static (ErrorCode Error, long Offset, long Timestamp) Look(PartitionLog? log, long timestamp)
    {
        if (log is null)
        {
            return (ErrorCode.UnknownTopicOrPartition, None, None);
        }

        var (start, end, _) = log.Extent();
        return timestamp switch
        {
            Latest => (ErrorCode.None, end, None),
            Earliest => (ErrorCode.None, start, None),
            _ => log.Find(timestamp) is { } found ? (ErrorCode.None, found.Offset, found.Timestamp) : (ErrorCode.None, None, None),
        };
    }

    private void OffsetForLeaderEpoch(Request request, ProtocolWriter response)
    {
        var version = request.Version;
        _ = version >= 3 ? request.Body.Int32() : 0;
        var perTopic = request.Body.Array(b =>
        {
            // Beside the partition: what the client takes for the current term, and the term it asks about.
            var topic = b.String();
            var partitions = b.Array(p => (Index: p.Int32(), p.Int32(), p.Int32()).Index);
            return (Topic: topic, Partitions: partitions);
        });

        response.NoThrottle();
        response.Array(perTopic, topic =>
        {
            response.String(topic.Topic);
            response.Array(topic.Partitions, index =>
            {
                var log = topics.Find(topic.Topic, index);
                response.Error(log is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None);
                response.Int32(index);
                response.Int32(BrokerIdentity.LeaderEpoch);
                response.Int64(log?.Extent().End ?? None);
            });
        });
    }
}
