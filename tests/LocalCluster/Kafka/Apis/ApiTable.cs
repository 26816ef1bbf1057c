using LocalCluster.Kafka.Protocol;

namespace LocalCluster.Kafka.Apis;

/// <summary>The requests that this broker answers. ApiVersions declares exactly this table.</summary>
internal sealed class ApiTable
{
    private const short ApiVersionsFlexibleFrom = 3;
    private readonly Dictionary<ApiKey, ApiRoute> _routes;

    public ApiTable(IEnumerable<ApiRoute> routes)
    {
        _routes = routes.ToDictionary(r => r.Key);
        _routes.Add(ApiKey.ApiVersions, new ApiRoute(ApiKey.ApiVersions, 0, 3, ApiVersionsFlexibleFrom, AnswerApiVersions));
    }

    public bool IsFlexible(ApiKey key, short version) =>
        _routes.TryGetValue(key, out var route) && version >= route.FlexibleFrom && version <= route.MaxVersion;

    /// <summary>Answers a request into the writer, header included.</summary>
    /// <exception cref="MalformedRequestException">The request is not one of the declared ones, or does not follow its schema.</exception>
    public async ValueTask AnswerAsync(Request request, ProtocolWriter response, CancellationToken cancellationToken)
    {
        response.Int32(request.CorrelationId);
        if (!_routes.TryGetValue(request.Key, out var route))
        {
            throw new MalformedRequestException($"API {(short)request.Key} is not implemented.");
        }

        if (request.Version < route.MinVersion || request.Version > route.MaxVersion)
        {
            if (request.Key != ApiKey.ApiVersions)
            {
                throw new MalformedRequestException($"{request.Key} version {request.Version} is not implemented.");
            }

            // A newer client asks with its newest version first, and understands version 0 of the answer.
            WriteVersions(response, 0, ErrorCode.UnsupportedVersion);
            return;
        }

        response.Flexible = request.Version >= route.FlexibleFrom;
        if (request.Key != ApiKey.ApiVersions)
        {
            response.Tags();
        }

        await route.Handler(request, response, cancellationToken);
    }

    private void AnswerApiVersions(Request request, ProtocolWriter response) => WriteVersions(response, request.Version, ErrorCode.None);

    private void WriteVersions(ProtocolWriter response, short version, ErrorCode error)
    {
        response.Error(error);
        response.Array(_routes.Values.OrderBy(r => r.Key).ToList(), route =>
        {
            response.Int16((short)route.Key);
            response.Int16(route.MinVersion);
            response.Int16(route.MaxVersion);
            response.Tags();
        });
        if (version >= 1)
        {
            response.NoThrottle();
        }

        response.Tags();
    }
}
