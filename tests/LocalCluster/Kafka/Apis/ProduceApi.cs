using LocalCluster.Kafka.Log;
using LocalCluster.Kafka.Protocol;
using LocalCluster.Kafka.Storage;

namespace LocalCluster.Kafka.Apis;

/// <summary>Produce, and the ids of idempotent producers. Transactions are not implemented and are refused.</summary>
internal sealed class ProduceApi(TopicStore topics, ProducerIds producerIds)
{
    private const long NoTimestamp = -1;

    public IEnumerable<ApiRoute> Routes =>
    [
        new(ApiKey.Produce, 0, 9, 9, Produce),
        new(ApiKey.InitProducerId, 0, 4, 2, InitProducerId),
    ];

    private void Produce(Request request, ProtocolWriter response)
    {
        var body = request.Body;
        var transactionalId = request.Version >= 3 ? body.NullableString() : null;
        request.Unanswered = body.Int16() == 0;
        _ = body.Int32();
        var perTopic = body.Array(b =>
        {
            var name = b.String();
            var partitions = b.Array(p =>
            {
                var index = p.Int32();
                var records = p.Bytes();
                p.Tags();
                return (Index: index, Result: Append(transactionalId, name, index, records));
            });
            b.Tags();
            return (Name: name, Partitions: partitions);
        });

        response.Array(perTopic, topic =>
        {
            response.String(topic.Name);
            response.Array(topic.Partitions, p => WritePartition(request.Version, response, topic.Name, p.Index, p.Result));
            response.Tags();
        });
        if (request.Version >= 1)
        {
            response.NoThrottle();
        }

        response.Tags();
    }

    private AppendResult Append(string? transactionalId, string topic, int partition, Memory<byte> records)
    {
        if (transactionalId is not null)
        {
            return new AppendResult(ErrorCode.InvalidRequest, -1);
        }

        return topics.Find(topic, partition)?.Append(records) ?? new AppendResult(ErrorCode.UnknownTopicOrPartition, -1);
    }

    private void WritePartition(short version, ProtocolWriter response, string topic, int partition, AppendResult result)
    {
        response.Int32(partition);
        response.Error(result.Error);
        response.Int64(result.BaseOffset);
        if (version >= 2)
        {
            response.Int64(NoTimestamp);
        }

        if (version >= 5)
        {
            response.Int64(topics.Find(topic, partition)?.Extent().Start ?? -1);
        }

        if (version >= 8)
        {
            response.Length(0);
            response.String(null);
        }

        response.Tags();
    }

    private void InitProducerId(Request request, ProtocolWriter response)
    {
        var body = request.Body;
        var transactional = body.NullableString() is not null;
        _ = body.Int32();
        var (id, epoch) = request.Version >= 3 ? (body.Int64(), body.Int16()) : (-1L, (short)-1);

        response.NoThrottle();
        response.Error(transactional ? ErrorCode.InvalidRequest : ErrorCode.None);
        var continues = id >= 0 && epoch is >= 0 and < short.MaxValue - 1;
        response.Int64(transactional ? -1 : continues ? id : producerIds.Next());
        response.Int16(transactional ? (short)-1 : continues ? (short)(epoch + 1) : (short)0);
        response.Tags();
    }
}
