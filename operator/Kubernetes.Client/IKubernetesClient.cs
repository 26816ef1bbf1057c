using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;

namespace Kubernetes.Client;

/// <summary>The Kubernetes API. Failures are <see cref="KubernetesException"/>.</summary>
/// <remarks>
/// Reads are retried when the server is overloaded or unreachable for a moment; writes only when the server says that it did not start (429).
/// Types without properties for everything are safe to write only by server-side apply (which sends what is owned) and
/// <see cref="PatchAsync{TEntity}"/>; never read, change and replace them.
/// </remarks>
public interface IKubernetesClient
{
    /// <summary>The namespace that the configuration names; <c>default</c> when it names none.</summary>
    string Namespace { get; }

    /// <summary>One object; null when it does not exist.</summary>
    /// <param name="ns">Namespace; null for a cluster-wide resource.</param>
    /// <param name="name">Name.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<TEntity?> GetAsync<TEntity>(string? ns, string name, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject;

    /// <summary>One page of a list.</summary>
    Task<KubernetesList<TEntity>> ListAsync<TEntity>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject;

    /// <summary>Changes as they happen. The stream ends when the server ends it; the caller resumes from the last version seen.</summary>
    IAsyncEnumerable<WatchEvent<TEntity>> WatchAsync<TEntity>(WatchOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject;

    /// <summary>Creates an object.</summary>
    Task<TEntity> CreateAsync<TEntity>(TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject;

    /// <summary>Replaces an object (PUT). With <c>metadata.resourceVersion</c> it must still be at that version.</summary>
    Task<TEntity> ReplaceAsync<TEntity>(TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject;

    /// <summary>Server-side apply: creates the object or changes exactly the given fields, and removes those that this manager no longer sends.</summary>
    /// <remarks>Versions, uid, managedFields and timestamps in the metadata are not sent.</remarks>
    Task<TEntity> ApplyAsync<TEntity>(TEntity entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject;

    /// <summary>Server-side apply of plain JSON, for fields or resources without a type. Needs <c>metadata.name</c>.</summary>
    Task<JsonObject> ApplyAsync(
        KubernetesEntityDefinition definition, JsonObject entity, ApplyOptions options, CancellationToken cancellationToken = default);

    /// <summary>Server-side apply of plain JSON for an object that has a type: send some fields, get the object.</summary>
    Task<TEntity> ApplyAsync<TEntity>(JsonObject entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject;

    /// <summary>Patches an existing object.</summary>
    Task<TEntity> PatchAsync<TEntity>(
        string? ns, string name, Patch patch, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject;

    /// <summary>Deletes an object. Not finding it is no failure.</summary>
    Task<DeleteResult<TEntity>> DeleteAsync<TEntity>(string? ns, string name, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject;

    /// <summary>
    /// Sends an HTTP request to a port of a pod through the API server. The request's URI is relative to the pod: <c>/internal/ledger?window=30</c>.
    /// </summary>
    /// <remarks>
    /// The answer is the pod's own, whatever its status; a <see cref="KubernetesException"/> only when the API server could not be reached.
    /// The API server strips <c>Authorization</c>, so tokens for the pod travel in a header of their own. No retry.
    /// </remarks>
    Task<HttpResponseMessage> SendToPodAsync(
        string ns, string pod, int port, HttpRequestMessage request, CancellationToken cancellationToken = default);

    /// <summary>Reads an answer of the API server as it comes, for what does not end by itself: path and query relative to it.</summary>
    /// <remarks>No retry, and no deadline once the answer has begun. The caller disposes of the stream.</remarks>
    /// <exception cref="KubernetesException">The answer is a failure, or there is none.</exception>
    Task<Stream> OpenAsync(string pathAndQuery, CancellationToken cancellationToken = default);

    /// <summary>Sends any request to the API server: path and query relative to it. The answer is returned whatever its status. No retry.</summary>
    Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default);
}
