using Kubernetes.Client;
using Kubernetes.Client.Models;
using Todo.Operator.Generation;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight.Cluster;

/// <summary>Each Deployment exists, fits the spec, and can be rolled without a gap.</summary>
public sealed class DeploymentCheck(IKubernetesClient client) : IPreflightCheck
{
    private const int AppShutdownSeconds = 10;
    private const int BrokerDrainSeconds = 30;
    private const int DefaultGraceSeconds = 30;

    /// <inheritdoc/>
    public string Name => "deployment";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var apps = context.Generation.Apps;
        var deployments = await Task.WhenAll(apps.Select(a => client.GetAsync<V1Deployment>(context.Generation.Namespace, a.Deployment, cancellationToken)));
        return [.. apps.Zip(deployments, (app, deployment) => Judge(context.Generation, app, deployment)).SelectMany(r => r)];
    }

    private List<CheckResult> Judge(GenerationContext context, AppDefinition app, V1Deployment? deployment)
    {
        var name = $"{Name}/{app.Deployment}";
        if (deployment is null)
        {
            return [CheckResult.Failed(name, $"There is no Deployment {app.Deployment} in namespace {context.Namespace}; set spec.services.{app.Field}.deployment.")];
        }

        var containers = deployment.Spec?.Template?.Spec?.Containers ?? [];
        var container = containers.FirstOrDefault(c => c.Name == app.Container);
        if (container is null)
        {
            return [CheckResult.Failed($"{name}/container", $"It has no container {app.Container}, but {string.Join(", ", containers.Select(c => c.Name))}; set spec.services.{app.Field}.container.")];
        }

        List<CheckResult> results =
        [
            .. Fitting(name, app, deployment, container),
            .. Rolling(name, app, deployment),
            .. Probing(name, app, container),
            .. Ending(name, context, deployment),
        ];
        return results.Count > 0 ? results : [CheckResult.Passed(name, "Exists, fits, and can be rolled without a gap.")];
    }

    private static IEnumerable<CheckResult> Fitting(string name, AppDefinition app, V1Deployment deployment, V1Container container)
    {
        if (container.Ports is { Count: > 0 } ports && ports.All(p => p.ContainerPort != app.Port))
        {
            yield return CheckResult.Failed($"{name}/port", $"Container {app.Container} declares port {string.Join(", ", ports.Select(p => p.ContainerPort))} and not {app.Port}; set spec.services.{app.Field}.port.");
        }

        var selector = deployment.Spec?.Selector;
        if (selector?.MatchExpressions is { Count: > 0 } || selector?.MatchLabels is not { Count: > 0 })
        {
            yield return CheckResult.Failed($"{name}/selector", "Its pods are found by selector.matchLabels alone; a selector with matchExpressions finds others.");
        }
    }

    private static IEnumerable<CheckResult> Rolling(string name, AppDefinition app, V1Deployment deployment)
    {
        var spec = deployment.Spec!;
        var replicas = spec.Replicas ?? 1;
        if (spec.Strategy?.Type == "Recreate")
        {
            yield return app.IsConsumer
                ? CheckResult.Warning($"{name}/strategy", "Strategy Recreate stops consumption for each step of a move; RollingUpdate with maxUnavailable: 0 does not.")
                : CheckResult.Failed($"{name}/strategy", "Strategy Recreate refuses requests at each step of a move; use RollingUpdate with maxUnavailable: 0.");
        }
        else if (replicas > 0 && !app.IsConsumer && Rollout.MaxUnavailable(spec) >= replicas)
        {
            yield return CheckResult.Failed($"{name}/strategy", $"maxUnavailable lets all {replicas} of its pods go at once, and requests are refused meanwhile; set it to 0.");
        }

        if (replicas == 0)
        {
            yield return CheckResult.Failed($"{name}/replicas", "It is scaled to 0; a move is proven by its pods.");
        }

        if (spec.Paused == true)
        {
            yield return CheckResult.Failed($"{name}/paused", $"Its rollouts are paused: kubectl rollout resume deployment/{app.Deployment}");
        }

        if ((deployment.Status?.AvailableReplicas ?? 0) < replicas)
        {
            // A move may be just what heals it.
            yield return CheckResult.Warning($"{name}/health", $"Only {deployment.Status?.AvailableReplicas ?? 0} of {replicas} pods are available.");
        }
    }

    private static IEnumerable<CheckResult> Probing(string name, AppDefinition app, V1Container container)
    {
        if (container.ReadinessProbe is null)
        {
            yield return app.IsConsumer
                ? CheckResult.Warning($"{name}/probes", $"Container {app.Container} has no readinessProbe: a pod counts as ready before it works.")
                : CheckResult.Failed($"{name}/probes", $"Container {app.Container} has no readinessProbe: a new pod gets requests before it can answer them. GET /readyz on port {app.Port} tells.");
        }

        if (container is { LivenessProbe: not null, StartupProbe: null })
        {
            yield return CheckResult.Warning($"{name}/probes", $"Container {app.Container} has a livenessProbe but no startupProbe: a slow start, with a sidecar beside it, may be taken for a hang.");
        }
    }

    private static IEnumerable<CheckResult> Ending(string name, GenerationContext context, V1Deployment deployment)
    {
        var needed = BrokerDrainSeconds + AppShutdownSeconds + (int)Math.Ceiling((context.Spec.Sidecar.BlockShutdown + context.Spec.Sidecar.GracefulShutdown).TotalSeconds);
        if ((deployment.Spec?.Template?.Spec?.TerminationGracePeriodSeconds ?? DefaultGraceSeconds) is var grace && grace < needed)
        {
            yield return CheckResult.Warning($"{name}/grace-period", $"terminationGracePeriodSeconds is {grace}; a sidecar that drains Kafka may need {needed}. Events are not lost, but delivered again.");
        }
    }
}
