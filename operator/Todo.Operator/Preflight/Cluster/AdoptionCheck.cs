using System.Text.Json;
using Kubernetes.Client;
using Kubernetes.Client.Models;
using Todo.Operator.Generation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight.Cluster;

/// <summary>What the operator will set of a Deployment is nobody else's, or may be taken over.</summary>
public sealed class AdoptionCheck(IKubernetesClient client) : IPreflightCheck
{
    /// <inheritdoc/>
    public string Name => "adoption";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var apps = context.Generation.Apps;

        // Not from the cache, which keeps no other managers' fields.
        var deployments = await Task.WhenAll(apps.Select(a => client.GetAsync<V1Deployment>(context.Generation.Namespace, a.Deployment, cancellationToken)));
        var inherited = await Task.WhenAll(apps.Zip(deployments, (app, deployment) => InheritedAsync(context.Generation, app, deployment, cancellationToken)));
        return [.. apps.Zip(deployments, (app, deployment) => deployment is null ? [] : Judge(context.Generation, app, deployment)).SelectMany(r => r), .. inherited.OfType<CheckResult>()];
    }

    private async Task<CheckResult?> InheritedAsync(GenerationContext context, AppDefinition app, V1Deployment? deployment, CancellationToken cancellationToken)
    {
        var container = deployment?.Spec?.Template?.Spec?.Containers?.FirstOrDefault(c => c.Name == app.Container);
        var found = container is null ? [] : await InheritedVariables.OfAsync(client, context.Namespace, container, cancellationToken);
        if (found.Count == 0)
        {
            return null;
        }

        var (name, list) = ($"{Name}/{app.Deployment}/env-from", string.Join(", ", found.Select(f => $"{f.Variable} ({f.Source})")));
        return context.Spec.Adoption == AdoptionPolicy.TakeOver
            ? CheckResult.Warning(name, $"Container {app.Container} is given {list} by envFrom; entries of its own override that while Dapr is used. After useDapr: false or a Revert it counts again: remove the keys before.")
            : CheckResult.Failed(name, $"Container {app.Container} is given {list} by envFrom. Remove these keys there, or set spec.adoption: TakeOver.");
    }

    private IEnumerable<CheckResult> Judge(GenerationContext context, AppDefinition app, V1Deployment deployment)
    {
        var name = $"{Name}/{app.Deployment}";
        var ours = TemplateGenerator.Annotations(context, app).Select(a => a.Key).ToHashSet(StringComparer.Ordinal);
        var others = FieldOwners.Of(deployment, app.Container);
        var contested = others.Where(o => !o.IsAnnotation || ours.Contains(o.Field)).ToList();
        var kept = others.Except(contested).ToList();
        if (kept.Count > 0)
        {
            yield return CheckResult.Warning($"{name}/kept", $"Also set by others, and left as they are: {string.Join(", ", kept)}.");
        }

        if (contested.Count == 0)
        {
            yield return CheckResult.Passed(name, "Nobody else sets what the operator will set.");
            yield break;
        }

        var list = string.Join(", ", contested);
        yield return context.Spec.Adoption == AdoptionPolicy.TakeOver
            ? CheckResult.Warning(name, $"Set by others and taken over: {list}. Their next write may set it back; remove it there too.")
            : CheckResult.Failed(name, $"Set by others: {list}. Remove these lines from their manifest: {string.Join(" ", contested.Select(o => Line(deployment, app.Container, o)))} Or set spec.adoption: TakeOver.");
    }

    /// <summary>The line as it stands in a manifest.</summary>
    private static string Line(V1Deployment deployment, string container, OwnedField field)
    {
        var template = deployment.Spec?.Template;
        if (field.IsAnnotation)
        {
            return $"[{field.Field}: \"{template?.Metadata?.Annotations?[field.Field]}\"]";
        }

        var variable = template?.Spec?.Containers?.FirstOrDefault(c => c.Name == container)?.Env?.FirstOrDefault(e => e.Name == field.Field);
        return variable?.ValueFrom switch
        {
            null => $"[- {{ name: {field.Field}, value: \"{variable?.Value}\" }}]",
            { ConfigMapKeyRef: { } map } => $"[- {{ name: {field.Field}, valueFrom: {{ configMapKeyRef: {{ name: {map.Name}, key: {map.Key} }} }} }}]",
            { SecretKeyRef: { } secret } => $"[- {{ name: {field.Field}, valueFrom: {{ secretKeyRef: {{ name: {secret.Name}, key: {secret.Key} }} }} }}]",
            _ => $"[- {{ name: {field.Field}, valueFrom: … }}]",
        };
    }
}
