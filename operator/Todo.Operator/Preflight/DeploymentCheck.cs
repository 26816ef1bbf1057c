using Kubernetes.Client;
using Kubernetes.Client.Models;
using Todo.Operator.Generation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight;

/// <summary>Each Deployment exists, fits the spec, can be rolled without a gap, and its fields are nobody else's.</summary>
public sealed class DeploymentCheck(IKubernetesClient client) : IPreflightCheck
{
    private const int AppShutdownSeconds = 10;
    private const int BrokerDrainSeconds = 30;

    /// <inheritdoc/>
    public string Name => "deployment";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(context.Generation.Apps.Select(a => CheckAsync(context.Generation, a, cancellationToken)));
        return [.. results.SelectMany(r => r)];
    }

    private async Task<IReadOnlyList<CheckResult>> CheckAsync(GenerationContext context, AppDefinition app, CancellationToken cancellationToken)
    {
        var name = $"{Name}/{app.Deployment}";

        // Not from the cache, which keeps no other managers' fields.
        var deployment = await client.GetAsync<V1Deployment>(context.Namespace, app.Deployment, cancellationToken);
        if (deployment is null)
        {
            return [CheckResult.Failed(name, $"There is no Deployment {app.Deployment} in namespace {context.Namespace}; set spec.services.{app.Field}.deployment.")];
        }

        var container = deployment.Spec?.Template?.Spec?.Containers?.FirstOrDefault(c => c.Name == app.Container);
        if (container is null)
        {
            return [CheckResult.Failed(name, $"It has no container {app.Container}; set spec.services.{app.Field}.container.")];
        }

        List<CheckResult> results = [];
        if (container.Ports is { Count: > 0 } ports && ports.All(p => p.ContainerPort != app.Port))
        {
            results.Add(CheckResult.Failed(name, $"Container {app.Container} does not declare port {app.Port}; set spec.services.{app.Field}.port."));
        }

        results.AddRange(Rolling(name, app, deployment));
        var needed = BrokerDrainSeconds + AppShutdownSeconds + (int)Math.Ceiling((context.Spec.Sidecar.BlockShutdown + context.Spec.Sidecar.GracefulShutdown).TotalSeconds);
        if ((deployment.Spec?.Template?.Spec?.TerminationGracePeriodSeconds ?? 30) is var grace && grace < needed)
        {
            results.Add(CheckResult.Warning($"{name}/grace-period", $"terminationGracePeriodSeconds is {grace}; a sidecar that drains Kafka may need {needed}. Events are not lost, but delivered again."));
        }

        results.AddRange(Adoption(name, context, app, deployment));
        return results.Count > 0 ? results : [CheckResult.Passed(name, "Exists, fits, and can be rolled without a gap.")];
    }

    private static IEnumerable<CheckResult> Rolling(string name, AppDefinition app, V1Deployment deployment)
    {
        if (deployment.Spec?.Strategy?.Type == "Recreate")
        {
            yield return app.IsConsumer
                ? CheckResult.Warning($"{name}/strategy", "Strategy Recreate stops consumption for each step of a move; RollingUpdate with maxUnavailable: 0 does not.")
                : CheckResult.Failed($"{name}/strategy", "Strategy Recreate refuses requests at each step of a move; use RollingUpdate with maxUnavailable: 0.");
        }

        if (deployment.Spec?.Replicas == 0)
        {
            yield return CheckResult.Failed($"{name}/replicas", "It is scaled to 0; a move is proven by its pods.");
        }

        if (deployment.Spec?.Paused == true)
        {
            yield return CheckResult.Failed($"{name}/paused", "Its rollouts are paused (kubectl rollout resume).");
        }
    }

    private static IEnumerable<CheckResult> Adoption(string name, GenerationContext context, AppDefinition app, V1Deployment deployment)
    {
        var others = FieldOwners.Others(deployment, app.Container, [.. TemplateGenerator.Annotations(context, app).Select(a => a.Key)]);
        if (others.Count == 0)
        {
            yield break;
        }

        var list = string.Join(", ", others.Select(o => $"{o.Field} ({o.Manager})"));
        yield return context.Spec.Adoption == AdoptionPolicy.TakeOver
            ? CheckResult.Warning($"{name}/adoption", $"Set by others and taken over: {list}.")
            : CheckResult.Failed($"{name}/adoption", $"Set by others: {list}. Remove these from that manifest, or set spec.adoption: TakeOver.");
    }
}
