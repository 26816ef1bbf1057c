using LocalCluster.Kafka.Groups;
using LocalCluster.Kafka.Protocol;
using LocalCluster.Kafka.Storage;

namespace LocalCluster.Kafka.Apis;

/// <summary>Members come, stay and go. Static membership (KIP-345) is not implemented: a group.instance.id is read and ignored.</summary>
internal sealed class MembershipApi(GroupCoordinator groups, Faults faults)
{
    private static readonly TimeSpan LongestSession = TimeSpan.FromMinutes(30);

    public IEnumerable<ApiRoute> Routes =>
    [
        new(ApiKey.JoinGroup, 0, 5, 6, JoinAsync),
        new(ApiKey.SyncGroup, 0, 3, 4, SyncAsync),
        new(ApiKey.Heartbeat, 0, 3, 4, Heartbeat),
        new(ApiKey.LeaveGroup, 0, 3, 4, Leave),
    ];

    private async ValueTask JoinAsync(Request request, ProtocolWriter response, CancellationToken cancellationToken)
    {
        var (version, body) = (request.Version, request.Body);
        var groupId = body.String();
        var session = TimeSpan.FromMilliseconds(body.Int32());
        var rebalance = version >= 1 ? TimeSpan.FromMilliseconds(body.Int32()) : session;
        var memberId = body.String();
        _ = version >= 5 ? body.NullableString() : null;
        var type = body.String();
        var protocols = body.Array(b => new StoredProtocol(b.String(), b.Bytes().ToArray()));

        var error = groupId.Length == 0 ? ErrorCode.InvalidGroupId
            : session <= TimeSpan.Zero || session > LongestSession ? ErrorCode.InvalidSessionTimeout
            : ErrorCode.None;
        var join = new JoinRequest(memberId, version >= 4, request.ClientId, request.ClientHost, session, rebalance, type, protocols);
        var result = error == ErrorCode.None
            ? await groups.FindOrCreate(groupId).JoinAsync(join).WaitAsync(cancellationToken)
            : JoinResult.Failed(error, memberId);
        Write(version, response, result);
    }

    private static void Write(short version, ProtocolWriter response, JoinResult result)
    {
        if (version >= 2)
        {
            response.NoThrottle();
        }

        response.Error(result.Error);
        response.Int32(result.Generation);
        response.String(result.Protocol ?? "");
        response.String(result.Leader);
        response.String(result.MemberId);
        response.Array(result.Members, member =>
        {
            response.String(member.Id);
            if (version >= 5)
            {
                response.String(null);
            }

            response.Bytes(member.Metadata);
        });
    }

    private async ValueTask SyncAsync(Request request, ProtocolWriter response, CancellationToken cancellationToken)
    {
        var (version, body) = (request.Version, request.Body);
        var (group, generation, memberId) = (groups.Find(body.String()), body.Int32(), body.String());
        _ = version >= 3 ? body.NullableString() : null;
        var assignments = body.Array(b => (b.String(), b.Bytes().ToArray()));

        var result = group is null
            ? SyncResult.Failed(ErrorCode.UnknownMemberId)
            : await group.SyncAsync(memberId, generation, assignments).WaitAsync(cancellationToken);
        if (version >= 1)
        {
            response.NoThrottle();
        }

        response.Error(result.Error);
        response.Bytes(result.Assignment);
    }

    private void Heartbeat(Request request, ProtocolWriter response)
    {
        var (id, generation, memberId) = (request.Body.String(), request.Body.Int32(), request.Body.String());
        if (request.Version >= 1)
        {
            response.NoThrottle();
        }

        response.Error(faults.TakeFence(id) ? ErrorCode.FencedInstanceId : groups.Find(id)?.Heartbeat(memberId, generation) ?? ErrorCode.UnknownMemberId);
    }

    private void Leave(Request request, ProtocolWriter response)
    {
        var (version, body) = (request.Version, request.Body);
        var group = groups.Find(body.String());
        var leaving = version < 3
            ? [body.String()]
            : body.Array(b =>
            {
                var id = b.String();
                _ = b.NullableString();
                return id;
            });
        var results = leaving.Select(id => (Id: id, Error: group?.Leave(id) ?? ErrorCode.UnknownMemberId)).ToList();

        if (version >= 1)
        {
            response.NoThrottle();
        }

        response.Error(version < 3 ? results[0].Error : ErrorCode.None);
        if (version >= 3)
        {
            response.Array(results, result =>
            {
                response.String(result.Id);
                response.String(null);
                response.Error(result.Error);
            });
        }

    }
}
