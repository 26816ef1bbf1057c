using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Client.Serialization;

namespace Todo.Operator.Tests.Simulation.ControlPlane;

/// <summary>The Kubernetes API as one process reaches it: each request goes through that process's network, where it can go wrong.</summary>
internal sealed class SimulatedClient(ObjectStore store, INetwork network, KubernetesJson json, Func<string, int, HttpRequestMessage, HttpResponseMessage> pods) : IKubernetesClient
{
    private const string Manager = "todo-operator";

    public string Namespace => "default";

    public async Task<TEntity?> GetAsync<TEntity>(string? ns, string name, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject =>
        await network.ReadAsync(() => store.Find(Type<TEntity>(), ns, name), cancellationToken) is { } found ? json.FromNode<TEntity>(found) : null;

    public async Task<KubernetesList<TEntity>> ListAsync<TEntity>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        var (items, version) = await network.ReadAsync(
            () => (store.List(Type<TEntity>(), options?.Namespace).Where(o => Labels.Select(options?.LabelSelector, o)).ToList(), store.Version), cancellationToken);
        return new KubernetesList<TEntity> { Items = [.. items.Select(json.FromNode<TEntity>)], Metadata = new V1ListMeta { ResourceVersion = $"{version}" } };
    }

    public async IAsyncEnumerable<WatchEvent<TEntity>> WatchAsync<TEntity>(
        WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        // The server's own limit on the length of a watch is not simulated: cuts are faults, placed on purpose.
        var type = Type<TEntity>();
        var (existing, version) = await network.ReadAsync(() => (store.List(type, options?.Namespace).ToList(), store.Version), cancellationToken);
        if (options?.ResourceVersion is { } since)
        {
            version = long.Parse(since, System.Globalization.CultureInfo.InvariantCulture);
        }
        else
        {
            foreach (var item in existing.Where(o => Labels.Select(options?.LabelSelector, o)))
            {
                yield return new WatchEvent<TEntity>(WatchEventType.Added, json.FromNode<TEntity>(item));
            }

            yield return new WatchEvent<TEntity>(WatchEventType.Bookmark, json.FromNode<TEntity>(EndOfState(type, version)));
        }

        var channel = network.Open(type, version);
        while (true)
        {
            while (channel.TryRead(out var change))
            {
                if (Labels.Select(options?.LabelSelector, change.Object))
                {
                    yield return new WatchEvent<TEntity>(change.What, json.FromNode<TEntity>(change.Object));
                }
            }

            if (channel.IsClosed)
            {
                if (channel.Error is { } error)
                {
                    yield return new WatchEvent<TEntity>(WatchEventType.Error, null, error);
                }

                yield break;
            }

            await channel.WaitAsync(cancellationToken);
        }
    }

    public async Task<TEntity> CreateAsync<TEntity>(TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject =>
        Read<TEntity>(await network.WriteAsync(
            $"create {Type<TEntity>().Kind} {entity.Name()}", () => store.Create(Type<TEntity>(), json.ToNode(entity), options?.FieldManager ?? Manager), cancellationToken));

    public async Task<TEntity> ReplaceAsync<TEntity>(TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject =>
        Read<TEntity>(await network.WriteAsync(
            $"replace {Type<TEntity>().Kind} {entity.Name()}",
            () => store.Change(
                Type<TEntity>(),
                entity.Namespace(),
                entity.Name(),
                live => entity.Metadata.ResourceVersion is { } version && version != live.Version()
                    ? throw Refusals.Conflict(Type<TEntity>(), entity.Name(), "the object has been modified")
                    : json.ToNode(entity),
                options?.Subresource),
            cancellationToken));

    public Task<TEntity> ApplyAsync<TEntity>(TEntity entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => ApplyAsync<TEntity>(json.ToNode(entity), options, cancellationToken);

    public Task<JsonObject> ApplyAsync(KubernetesEntityDefinition definition, JsonObject entity, ApplyOptions options, CancellationToken cancellationToken = default) =>
        network.WriteAsync(
            $"apply {definition.Kind} {entity.Name()}{(options.Subresource is { } part ? $"/{part}" : string.Empty)}",
            () => store.Apply(definition, entity, options),
            cancellationToken);

    public async Task<TEntity> ApplyAsync<TEntity>(JsonObject entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => Read<TEntity>(await ApplyAsync(Type<TEntity>(), entity, options, cancellationToken));

    public async Task<TEntity> PatchAsync<TEntity>(string? ns, string name, Patch patch, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject =>
        Read<TEntity>(await network.WriteAsync(
            $"patch {Type<TEntity>().Kind} {name}", () => store.Change(Type<TEntity>(), ns, name, live => Patches.Apply(live, patch), options?.Subresource), cancellationToken));

    public async Task<DeleteResult<TEntity>> DeleteAsync<TEntity>(
        string? ns, string name, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        var result = await network.WriteAsync(
            $"delete {Type<TEntity>().Kind} {name}", () => store.Delete(Type<TEntity>(), ns, name, options ?? new DeleteOptions()), cancellationToken);
        return new DeleteResult<TEntity>(result is not null, result is { Gone: false } kept ? json.FromNode<TEntity>(kept.Last) : null);
    }

    public Task<HttpResponseMessage> SendToPodAsync(string ns, string pod, int port, HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        request.Method == HttpMethod.Get
            ? network.ReadAsync(() => pods(pod, port, request), cancellationToken)
            : network.WriteAsync($"post {request.RequestUri} {pod}", () => pods(pod, port, request), cancellationToken);

    public Task<Stream> OpenAsync(string pathAndQuery, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Nobody reads logs in the simulation.");

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        network.ReadAsync(() => Discovery.Answer(request.RequestUri!.OriginalString), cancellationToken);

    private static KubernetesEntityDefinition Type<TEntity>() where TEntity : IKubernetesObject => KubernetesEntityDefinition.Of<TEntity>();

    private static JsonObject EndOfState(KubernetesEntityDefinition type, long version) => new()
    {
        ["apiVersion"] = type.ApiVersion,
        ["kind"] = type.Kind,
        ["metadata"] = new JsonObject { ["resourceVersion"] = $"{version}", ["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" } },
    };

    private TEntity Read<TEntity>(JsonObject value) => json.FromNode<TEntity>(value);
}
