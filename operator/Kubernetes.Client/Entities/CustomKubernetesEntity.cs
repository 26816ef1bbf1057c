using Kubernetes.Client.Models;

namespace Kubernetes.Client.Entities;

/// <summary>Base of a custom resource: type and metadata are filled from its <see cref="KubernetesEntityAttribute"/>.</summary>
public abstract record CustomKubernetesEntity : IKubernetesObject
{
    /// <summary>Fills <see cref="ApiVersion"/> and <see cref="Kind"/>.</summary>
    protected CustomKubernetesEntity()
    {
        var definition = KubernetesEntityDefinition.Of(GetType());
        ApiVersion = definition.ApiVersion;
        Kind = definition.Kind;
    }

    /// <inheritdoc/>
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; set; } = new();
}

/// <summary>A custom resource with a <c>spec</c>.</summary>
public abstract record CustomKubernetesEntity<TSpec> : CustomKubernetesEntity, ISpec<TSpec>
    where TSpec : new()
{
    /// <summary>What is wanted.</summary>
    public TSpec Spec { get; set; } = new();
}

/// <summary>A custom resource with a <c>spec</c> and a <c>status</c> subresource.</summary>
public abstract record CustomKubernetesEntity<TSpec, TStatus> : CustomKubernetesEntity<TSpec>, IStatus<TStatus>
    where TSpec : new()
    where TStatus : class
{
    /// <summary>What is observed; null before the first visit of the controller.</summary>
    public TStatus? Status { get; set; }
}
