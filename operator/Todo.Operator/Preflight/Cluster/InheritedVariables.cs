using Kubernetes.Client;
using Kubernetes.Client.Models;
using Todo.Operator.Generation;

namespace Todo.Operator.Preflight.Cluster;

/// <summary>Variables of the contract that a container is given by <c>envFrom</c>: nothing in the Deployment names them, and an entry of <c>env</c> overrides them.</summary>
internal static class InheritedVariables
{
    /// <summary>Variable and where it comes from, as far as no entry of the container's own says otherwise.</summary>
    public static async Task<IReadOnlyList<(string Variable, string Source)>> OfAsync(IKubernetesClient client, string ns, V1Container container, CancellationToken cancellationToken)
    {
        List<(string Variable, string Source)> found = [];
        foreach (var source in container.EnvFrom ?? [])
        {
            var (keys, name) = source switch
            {
                { ConfigMapRef.Name: { } map } => ((await client.GetAsync<V1ConfigMap>(ns, map, cancellationToken))?.Data?.Keys, $"ConfigMap {map}"),
                { SecretRef.Name: { } secret } => ((await client.GetAsync<V1Secret>(ns, secret, cancellationToken))?.Data?.Keys, $"Secret {secret}"),
                _ => (null, string.Empty),
            };
            found.AddRange((keys ?? []).Select(k => source.Prefix + k)
                .Where(v => TemplateGenerator.Variables.Contains(v) && container.Env?.Any(e => e.Name == v) != true)
                .Select(v => (v, name)));
        }

        return found;
    }
}
