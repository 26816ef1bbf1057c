using System.Text.Json.Nodes;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Controllers.ReplicaSets;

/// <summary>Which pods go first when there are too many: those that serve least (Kubernetes' <c>ActivePodsWithRanks</c>).</summary>
public static class PodRanking
{
    /// <summary>The pods to delete to get rid of <paramref name="surplus"/>.</summary>
    public static IReadOnlyList<JsonObject> ToDelete(IEnumerable<JsonObject> pods, int surplus) =>
        [.. pods
            .OrderBy(pod => pod.Text("spec", "nodeName") is null ? 0 : 1)
            .ThenBy(pod => pod.Text("status", "phase") switch { "Running" => 2, null or "Pending" => 0, _ => 1 })
            .ThenBy(pod => PodFacts.IsReady(pod) ? 1 : 0)
            .ThenBy(pod => long.TryParse(pod.Annotation("controller.kubernetes.io/pod-deletion-cost"), out var cost) ? cost : 0)
            .ThenByDescending(ReadySince)
            .ThenByDescending(Restarts)
            .ThenByDescending(pod => pod.Created())
            .Take(surplus)];

    private static DateTimeOffset ReadySince(JsonObject pod) =>
        PodFacts.IsReady(pod) ? Conditions.Find(pod.At("status"), "Ready").Time("lastTransitionTime") ?? default : default;

    private static int Restarts(JsonObject pod) => pod.Items("status", "containerStatuses").Max(status => status.Int("restartCount")) ?? 0;
}
