using LocalCluster.Kafka.Protocol;

namespace LocalCluster.Kafka.Apis;

/// <summary>Reads the body of one request and writes the body of its answer.</summary>
internal delegate ValueTask ApiHandler(Request request, ProtocolWriter response, CancellationToken cancellationToken);

/// <summary>One kind of request: the versions that are implemented (and therefore declared), the first flexible one, and what answers it.</summary>
internal sealed record ApiRoute(ApiKey Key, short MinVersion, short MaxVersion, short FlexibleFrom, ApiHandler Handler)
{
    public ApiRoute(ApiKey key, short minVersion, short maxVersion, short flexibleFrom, Action<Request, ProtocolWriter> handler)
        : this(key, minVersion, maxVersion, flexibleFrom, (request, response, _) =>
        {
            handler(request, response);
            return ValueTask.CompletedTask;
        })
    {
    }
}
