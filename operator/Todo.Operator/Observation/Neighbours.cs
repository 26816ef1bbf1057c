using Kubernetes.Client.Entities;
using Kubernetes.Operator.Caching;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Hosting;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Observation;

/// <summary>What other platforms mean for one: who owns what it names, and who is moving now.</summary>
public sealed class Neighbours(IEntityCache<V1Alpha1TodoPlatform> platforms, OperatorSettings settings)
{
    /// <summary>Index of the cache of platforms.</summary>
    public const string Moving = "moving";

    private const string Yes = "yes";

    /// <summary>The values of <see cref="Moving"/>: those that move are found without a look at all the others.</summary>
    public static IEnumerable<string> MovingIndex(V1Alpha1TodoPlatform platform) => IsMoving(platform) ? [Yes] : [];

    /// <summary>What an older platform of the same namespace has named before.</summary>
    public IReadOnlyList<Claim> Claims(V1Alpha1TodoPlatform platform, GenerationContext context)
    {
        List<Claim> claims = [];
        foreach (var other in platforms.List(context.Namespace).Where(o => o.Uid() != platform.Uid() && IsOlder(o, platform)))
        {
            var theirs = PlatformTopology.Of(other.Spec);
            foreach (var app in context.Apps)
            {
                if (theirs.Any(t => t.Deployment == app.Deployment))
                {
                    claims.Add(new Claim($"Deployment {app.Deployment}", other.Name()));
                }
                else if (theirs.Any(t => t.AppId == app.AppId))
                {
                    claims.Add(new Claim($"app-id {app.AppId}", other.Name()));
                }
            }
        }

        return claims;
    }

    /// <summary>Who has to finish before this one may begin; null: nobody.</summary>
    public string? WaitsFor(V1Alpha1TodoPlatform platform)
    {
        var moving = platforms.ByIndex(Moving, Yes).Where(o => o.Uid() != platform.Uid()).Select(o => $"{o.Namespace()}/{o.Name()}").ToList();
        return moving.Count < settings.MaxMoving ? null : $"{string.Join(", ", moving)}: {settings.MaxMoving} may move at a time (MAX_MOVING of the operator)";
    }

    private static bool IsOlder(V1Alpha1TodoPlatform other, V1Alpha1TodoPlatform platform)
    {
        var order = Nullable.Compare(other.Metadata.CreationTimestamp, platform.Metadata.CreationTimestamp);
        return order != 0 ? order < 0 : string.CompareOrdinal(other.Name(), platform.Name()) < 0;
    }

    /// <summary>
    /// One that waits does not hold up the others: for a person (<c>Paused</c>; <c>Degraded</c>, stuck with nowhere to go; <c>Preflight</c>, where an edit in the middle of the move
    /// was refused) or, after an edit, for another platform (<c>Pending</c>). Else two could wait for each other.
    /// </summary>
    private static bool IsMoving(V1Alpha1TodoPlatform platform) => platform.Status is
    {
        Move: { Epoch: > 0, Target: not null, FinishedAt: null },
        Phase: not (nameof(Phase.Paused) or nameof(Phase.Degraded) or nameof(Phase.Preflight) or nameof(Phase.Pending)),
    };
}
