using LocalCluster.Kafka.Log;
using LocalCluster.Kafka.Protocol;

namespace LocalCluster.Kafka.Apis;

/// <summary>How clients find topics and the one broker, which leads every partition and coordinates every group.</summary>
internal sealed class MetadataApi(TopicStore topics, BrokerIdentity broker)
{
    private const int OperationsUnknown = int.MinValue;

    public IEnumerable<ApiRoute> Routes =>
    [
        new(ApiKey.Metadata, 0, 9, 9, Metadata),
        new(ApiKey.FindCoordinator, 0, 2, 3, FindCoordinator),
    ];

    private void Metadata(Request request, ProtocolWriter response)
    {
        var body = request.Body;
        var names = body.NullableArray(b =>
        {
            var name = b.String();
            b.Tags();
            return name;
        });
        var mayCreate = request.Version < 4 || body.Boolean();
        var all = names is null || (request.Version == 0 && names.Length == 0);
        var found = all
            ? topics.All.Select(t => (t.Name, Error: ErrorCode.None, Topic: (Topic?)t)).ToList()
            : names!.Distinct(StringComparer.Ordinal).Select(name => Look(name, mayCreate)).ToList();

        if (request.Version >= 3)
        {
            response.NoThrottle();
        }

        response.Length(1);
        WriteBroker(response);
        if (request.Version >= 1)
        {
            response.String(null);
        }

        response.Tags();
        if (request.Version >= 2)
        {
            response.String(broker.ClusterId);
        }

        if (request.Version >= 1)
        {
            response.Int32(BrokerIdentity.Id);
        }

        response.Array(found, topic => WriteTopic(request.Version, response, topic));
        if (request.Version >= 8)
        {
            response.Int32(OperationsUnknown);
        }

        response.Tags();
    }

    private (string Name, ErrorCode Error, Topic? Topic) Look(string name, bool mayCreate)
    {
        var (error, topic) = mayCreate
            ? topics.FindOrCreate(name)
            : (topics.Find(name) is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None, topics.Find(name));
        return (name, error, topic);
    }

    private static void WriteTopic(short version, ProtocolWriter response, (string Name, ErrorCode Error, Topic? Topic) found)
    {
        response.Error(found.Error);
        response.String(found.Name);
        if (version >= 1)
        {
            response.Boolean(false);
        }

        response.Array(Enumerable.Range(0, found.Topic?.Partitions.Count ?? 0).ToList(), partition =>
        {
            response.Error(ErrorCode.None);
            response.Int32(partition);
            response.Int32(BrokerIdentity.Id);
            if (version >= 7)
            {
                response.Int32(BrokerIdentity.LeaderEpoch);
            }

            response.Array([BrokerIdentity.Id], response.Int32);
            response.Array([BrokerIdentity.Id], response.Int32);
            if (version >= 5)
            {
                response.Length(0);
            }

            response.Tags();
        });
        if (version >= 8)
        {
            response.Int32(OperationsUnknown);
        }

        response.Tags();
    }

    private void FindCoordinator(Request request, ProtocolWriter response)
    {
        if (request.Version >= 1)
        {
            response.NoThrottle();
        }

        response.Error(ErrorCode.None);
        if (request.Version >= 1)
        {
            response.String(null);
        }

        WriteBroker(response);
    }

    private void WriteBroker(ProtocolWriter response)
    {
        response.Int32(BrokerIdentity.Id);
        response.String(broker.Host);
        response.Int32(broker.Port);
    }
}
