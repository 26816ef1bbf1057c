using Kubernetes.Client.Models;

namespace Kubernetes.Client.Entities;

/// <summary>An object of the Kubernetes API: it has a type and metadata.</summary>
/// <remarks>
/// Objects that come out of a cache are shared between readers. Treat them as read-only; change a copy (<c>with</c>), or better, apply only the
/// fields you own.
/// </remarks>
public interface IKubernetesObject
{
    /// <summary><c>v1</c>, <c>apps/v1</c>, ...</summary>
    string? ApiVersion { get; set; }

    /// <summary>The type's name, for example <c>Deployment</c>.</summary>
    string? Kind { get; set; }

    /// <summary>Name, namespace, labels, versions, owners.</summary>
    V1ObjectMeta Metadata { get; set; }
}

/// <summary>An object with a <c>spec</c>.</summary>
public interface ISpec<out TSpec>
{
    /// <summary>What is wanted.</summary>
    TSpec Spec { get; }
}

/// <summary>An object with a <c>status</c>.</summary>
public interface IStatus<out TStatus>
{
    /// <summary>What is observed; null before the first visit of a controller.</summary>
    TStatus? Status { get; }
}
