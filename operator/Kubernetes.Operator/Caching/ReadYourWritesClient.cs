using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Client.Serialization;
using Kubernetes.Operator.Informers;

namespace Kubernetes.Operator.Caching;

/// <summary>Puts the answer of every write into the caches, so that the next reconcile sees it even when the watch is late.</summary>
internal sealed class ReadYourWritesClient(IKubernetesClient inner, IReadOnlyList<IInformer> informers, KubernetesJson json) : IKubernetesClient
{
    public string Namespace => inner.Namespace;

    public Task<TEntity?> GetAsync<TEntity>(string? ns, string name, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => inner.GetAsync<TEntity>(ns, name, cancellationToken);

    public Task<KubernetesList<TEntity>> ListAsync<TEntity>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => inner.ListAsync<TEntity>(options, cancellationToken);

    public IAsyncEnumerable<WatchEvent<TEntity>> WatchAsync<TEntity>(WatchOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => inner.WatchAsync<TEntity>(options, cancellationToken);

    public async Task<TEntity> CreateAsync<TEntity>(TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject =>
        Written(await inner.CreateAsync(entity, options, cancellationToken), options?.DryRun == true);

    public async Task<TEntity> ReplaceAsync<TEntity>(TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject =>
        Written(await inner.ReplaceAsync(entity, options, cancellationToken), options?.DryRun == true);

    public async Task<TEntity> ApplyAsync<TEntity>(TEntity entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject =>
        Written(await inner.ApplyAsync(entity, options, cancellationToken), options.DryRun);

    public async Task<TEntity> ApplyAsync<TEntity>(JsonObject entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject =>
        Written(await inner.ApplyAsync<TEntity>(entity, options, cancellationToken), options.DryRun);

    public async Task<JsonObject> ApplyAsync(
        KubernetesEntityDefinition definition, JsonObject entity, ApplyOptions options, CancellationToken cancellationToken = default)
    {
        var answer = await inner.ApplyAsync(definition, entity, options, cancellationToken);
        if (!options.DryRun)
        {
            foreach (var informer in informers.Where(i => i.Definition == definition))
            {
                informer.Written((IKubernetesObject)json.FromNode(answer, informer.EntityType));
            }
        }

        return answer;
    }

    public async Task<TEntity> PatchAsync<TEntity>(
        string? ns, string name, Patch patch, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject =>
        Written(await inner.PatchAsync<TEntity>(ns, name, patch, options, cancellationToken), options?.DryRun == true);

    public async Task<DeleteResult<TEntity>> DeleteAsync<TEntity>(
        string? ns, string name, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        // Which object will go is settled now: once it is gone, a new one of that name may already be in the cache.
        var informer = Find<TEntity>();
        var uid = options?.Uid ?? (informer as Informer<TEntity>)?.Store.Get(ns, name)?.Uid();
        var result = await inner.DeleteAsync<TEntity>(ns, name, options, cancellationToken);
        if (result.Remaining is { } remaining)
        {
            Written(remaining, isDryRun: false);
        }
        else if (result.Found && uid is not null)
        {
            informer?.Deleted(ns, name, uid);
        }

        return result;
    }

    public Task<HttpResponseMessage> SendToPodAsync(
        string ns, string pod, int port, HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        inner.SendToPodAsync(ns, pod, port, request, cancellationToken);

    public Task<Stream> OpenAsync(string pathAndQuery, CancellationToken cancellationToken = default) => inner.OpenAsync(pathAndQuery, cancellationToken);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        inner.SendAsync(request, cancellationToken);

    private IInformer? Find<TEntity>() => informers.FirstOrDefault(static i => i.EntityType == typeof(TEntity));

    private TEntity Written<TEntity>(TEntity answer, bool isDryRun) where TEntity : class, IKubernetesObject
    {
        // The answer to a write of a subresource may be of another kind: a Scale is no Deployment.
        if (isDryRun || Find<TEntity>() is not { } informer || (answer.Kind is { } kind && kind != informer.Definition.Kind))
        {
            return answer;
        }

        if (IsGone(answer))
        {
            informer.Deleted(answer.Namespace(), answer.Name(), answer.Uid());
        }
        else
        {
            // The caller's copy stays whole; the cache's loses what it does not keep.
            informer.Written(json.Copy(answer));
        }

        return answer;
    }

    /// <summary>
    /// The write took away the last finalizer, so the object went with it. The watch may have said so before the answer came: kept, it would never go again.
    /// </summary>
    private static bool IsGone(IKubernetesObject answer) =>
        answer.IsDeleting() && answer.Metadata is { Finalizers: null or { Count: 0 }, DeletionGracePeriodSeconds: null or 0 };
}
