using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Http;
using Kubernetes.Client.Models;

namespace Kubernetes.Client.Subresources;

/// <summary>The size of objects that have a <c>scale</c> subresource, without the rest of them.</summary>
public static class ScaleExtensions
{
    /// <summary>The size of an object.</summary>
    /// <exception cref="Errors.KubernetesException">NotFound: no such object, or its kind has no size.</exception>
    public static Task<V1Scale> GetScaleAsync<TEntity>(this IKubernetesClient client, string? ns, string name, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject =>
        client.SendJsonAsync<V1Scale>(HttpMethod.Get, Path<TEntity>(ns, name), null, cancellationToken);

    /// <summary>Changes the size of an object.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="ns">Namespace; null for a cluster-wide resource.</param>
    /// <param name="name">Name.</param>
    /// <param name="replicas">The size it should have.</param>
    /// <param name="resourceVersion">The object must still be at this version, else Conflict; null: whatever it is at.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public static Task<V1Scale> ScaleAsync<TEntity>(
        this IKubernetesClient client, string? ns, string name, int replicas, string? resourceVersion = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        var change = new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } };
        if (resourceVersion is not null)
        {
            change["metadata"] = new JsonObject { ["resourceVersion"] = resourceVersion };
        }

        return client.SendJsonAsync<V1Scale>(HttpMethod.Patch, Path<TEntity>(ns, name), change, cancellationToken);
    }

    private static string Path<TEntity>(string? ns, string name) where TEntity : IKubernetesObject =>
        KubernetesEntityDefinition.Of<TEntity>().ObjectPath(ns, name, "scale");
}
