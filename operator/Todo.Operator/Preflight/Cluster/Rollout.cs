using System.Globalization;
using Kubernetes.Client.Models;

namespace Todo.Operator.Preflight.Cluster;

/// <summary>How many pods a rolling update adds and misses, as Kubernetes works it out: a percentage of maxSurge is rounded up, one of maxUnavailable down.</summary>
internal static class Rollout
{
    private const string Default = "25%";

    public static int MaxUnavailable(V1DeploymentSpec spec) => Resolve(spec.Strategy?.RollingUpdate?.MaxUnavailable ?? Default, spec.Replicas ?? 1, Math.Floor);

    public static int MaxSurge(V1DeploymentSpec spec) =>
        spec.Strategy?.Type == "Recreate" ? 0 : Resolve(spec.Strategy?.RollingUpdate?.MaxSurge ?? Default, spec.Replicas ?? 1, Math.Ceiling);

    private static int Resolve(IntOrString value, int replicas, Func<double, double> round) =>
        value.Number ?? (double.TryParse(value.Text?.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) ? (int)round(replicas * percent / 100) : 0);
}
