using LocalCluster.Kafka.Groups;
using LocalCluster.Kafka.Protocol;

namespace LocalCluster.Kafka.Apis;

/// <summary>Groups seen from outside.</summary>
internal sealed class GroupAdminApi(GroupCoordinator groups)
{
    private const int OperationsUnknown = int.MinValue;

    public IEnumerable<ApiRoute> Routes =>
    [
        new(ApiKey.ListGroups, 0, 2, 3, List),
        new(ApiKey.DescribeGroups, 0, 4, 5, Describe),
        new(ApiKey.DeleteGroups, 0, 1, 2, Delete),
    ];

    private void List(Request request, ProtocolWriter response)
    {
        if (request.Version >= 1)
        {
            response.NoThrottle();
        }

        response.Error(ErrorCode.None);
        response.Array(groups.All.ToList(), group =>
        {
            response.String(group.Id);
            response.String(group.ProtocolType);
        });
    }

    private void Describe(Request request, ProtocolWriter response)
    {
        var version = request.Version;
        var ids = request.Body.Array(b => b.String());
        if (version >= 1)
        {
            response.NoThrottle();
        }

        response.Array(ids, id =>
        {
            var group = groups.Find(id)?.Describe();
            response.Error(ErrorCode.None);
            response.String(id);
            response.String(group?.State.ToString() ?? "Dead");
            response.String(group?.ProtocolType ?? "");
            response.String(group?.Protocol ?? "");
            response.Array(group?.Members ?? [], member =>
            {
                response.String(member.Id);
                if (version >= 4)
                {
                    response.String(null);
                }

                response.String(member.ClientId);
                response.String("/" + member.ClientHost);
                response.Bytes(member.Metadata);
                response.Bytes(member.Assignment);
            });
            if (version >= 3)
            {
                response.Int32(OperationsUnknown);
            }

        });
    }

    private void Delete(Request request, ProtocolWriter response)
    {
        var ids = request.Body.Array(b => b.String());
        response.NoThrottle();
        response.Array(ids, id =>
        {
            response.String(id);
            response.Error(groups.Delete(id));
        });
    }
}
