using Kubernetes.Client.Entities;

namespace Kubernetes.Client.Models;

/// <summary>One page of a list.</summary>
public sealed record KubernetesList<TEntity> where TEntity : IKubernetesObject
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public V1ListMeta Metadata { get; set; } = new();

    public IList<TEntity> Items { get; set; } = [];
}
