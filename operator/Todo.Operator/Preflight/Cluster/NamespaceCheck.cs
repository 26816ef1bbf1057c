using Kubernetes.Client;
using Kubernetes.Client.Models;

namespace Todo.Operator.Preflight.Cluster;

/// <summary>The namespace takes new objects: one that is being deleted refuses them.</summary>
public sealed class NamespaceCheck(IKubernetesClient client) : IPreflightCheck
{
    /// <inheritdoc/>
    public string Name => "namespace";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var name = context.Generation.Namespace;
        var found = await client.GetAsync<V1Namespace>(null, name, cancellationToken);
        return
        [
            found is null ? CheckResult.Failed(Name, $"There is no namespace {name}.")
            : found.Metadata.DeletionTimestamp is not null || found.Status?.Phase == "Terminating"
                ? CheckResult.Failed(Name, $"Namespace {name} is being deleted: nothing can be made in it.")
            : CheckResult.Passed(Name, "Takes new objects."),
        ];
    }
}
