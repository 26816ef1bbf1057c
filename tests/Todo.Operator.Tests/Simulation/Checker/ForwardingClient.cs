using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;

namespace Todo.Operator.Tests.Simulation.Checker;

/// <summary>Passes everything on; what is broken on purpose overrides one thing.</summary>
internal abstract class ForwardingClient(IKubernetesClient inner) : IKubernetesClient
{
    public string Namespace => inner.Namespace;

    public Task<TEntity?> GetAsync<TEntity>(string? ns, string name, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => inner.GetAsync<TEntity>(ns, name, cancellationToken);

    public Task<KubernetesList<TEntity>> ListAsync<TEntity>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => inner.ListAsync<TEntity>(options, cancellationToken);

    public IAsyncEnumerable<WatchEvent<TEntity>> WatchAsync<TEntity>(WatchOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => inner.WatchAsync<TEntity>(options, cancellationToken);

    public Task<TEntity> CreateAsync<TEntity>(TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => inner.CreateAsync(entity, options, cancellationToken);

    public Task<TEntity> ReplaceAsync<TEntity>(TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => inner.ReplaceAsync(entity, options, cancellationToken);

    public Task<TEntity> ApplyAsync<TEntity>(TEntity entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => inner.ApplyAsync(entity, Changed(options), cancellationToken);

    public Task<JsonObject> ApplyAsync(KubernetesEntityDefinition definition, JsonObject entity, ApplyOptions options, CancellationToken cancellationToken = default) =>
        inner.ApplyAsync(definition, entity, Changed(options), cancellationToken);

    public Task<TEntity> ApplyAsync<TEntity>(JsonObject entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => inner.ApplyAsync<TEntity>(entity, Changed(options), cancellationToken);

    public Task<TEntity> PatchAsync<TEntity>(string? ns, string name, Patch patch, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => inner.PatchAsync<TEntity>(ns, name, patch, options, cancellationToken);

    public virtual Task<DeleteResult<TEntity>> DeleteAsync<TEntity>(string? ns, string name, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => inner.DeleteAsync<TEntity>(ns, name, options, cancellationToken);

    public virtual Task<HttpResponseMessage> SendToPodAsync(string ns, string pod, int port, HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        inner.SendToPodAsync(ns, pod, port, request, cancellationToken);

    public Task<Stream> OpenAsync(string pathAndQuery, CancellationToken cancellationToken = default) => inner.OpenAsync(pathAndQuery, cancellationToken);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default) => inner.SendAsync(request, cancellationToken);

    protected virtual ApplyOptions Changed(ApplyOptions options) => options;
}
