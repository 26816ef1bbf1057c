using System.Text.Json.Nodes;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Controllers.Deployments;

/// <summary>The fields of a Deployment's spec with Kubernetes' defaults.</summary>
internal sealed record DeploymentSpec(
    int Replicas, bool Paused, bool Recreate, RolloutBounds Bounds, int MinReadySeconds, int? ProgressDeadlineSeconds, int RevisionHistoryLimit)
{
    public static DeploymentSpec Of(JsonObject deployment)
    {
        var spec = deployment.At("spec");
        var replicas = spec.Int("replicas") ?? 1;
        var rolling = spec.At("strategy", "rollingUpdate");
        var deadline = spec.Int("progressDeadlineSeconds") ?? 600;
        return new(
            replicas,
            spec.Flag("paused"),
            spec.Text("strategy", "type") == "Recreate",
            RollingUpdate.Resolve(IntOrString(rolling.At("maxSurge")), IntOrString(rolling.At("maxUnavailable")), replicas),
            spec.Int("minReadySeconds") ?? 0,
            deadline == int.MaxValue ? null : deadline,
            spec.Int("revisionHistoryLimit") ?? 10);
    }

    /// <summary>Most pods at one time; written on each set so that scaling can tell what its share was.</summary>
    public int MaxReplicas => Replicas == 0 ? 0 : Replicas + (Recreate ? 0 : Bounds.MaxSurge);

    /// <summary>Pods that may be missing while the Deployment still counts as available.</summary>
    public int MaxUnavailable => Recreate ? 0 : RollingUpdate.MaxUnavailable(Bounds, Replicas);

    private static string? IntOrString(JsonNode? value) => value.Text() ?? value.Int()?.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
