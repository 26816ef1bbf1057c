using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Requests;
using Kubernetes.Client.Serialization;

namespace Kubernetes.Operator.Applying;

/// <summary>Asks <see cref="ApplyComparison"/> first, then applies.</summary>
internal sealed class Applier(IKubernetesClient client, KubernetesJson json) : IApplier
{
    public Task<ApplyResult<TEntity>> ApplyAsync<TEntity>(
        TEntity? live, TEntity desired, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject =>
        ApplyAsync(live, json.ToNode(desired), options, cancellationToken);

    public async Task<ApplyResult<TEntity>> ApplyAsync<TEntity>(
        TEntity? live, JsonObject desired, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        if (live is not null && !ApplyComparison.Differs(json.ToNode(live), desired, Owned(live, options), options.Subresource))
        {
            return new ApplyResult<TEntity>(live, Written: false);
        }

        return new ApplyResult<TEntity>(await client.ApplyAsync<TEntity>(desired, options, cancellationToken), Written: true);
    }

    private static JsonObject? Owned(IKubernetesObject live, ApplyOptions options)
    {
        var entry = live.Metadata.ManagedFields?.FirstOrDefault(e =>
            e.Manager == options.FieldManager && e.Operation == "Apply" && (e.Subresource ?? "") == (options.Subresource ?? ""));
        return entry?.FieldsV1 is { } fields ? JsonNode.Parse(fields.GetRawText()) as JsonObject : null;
    }
}
