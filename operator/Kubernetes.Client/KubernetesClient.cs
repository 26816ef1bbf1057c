using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Kubernetes.Client.Configuration;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Http;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;

namespace Kubernetes.Client;

/// <summary>The Kubernetes API over HTTP.</summary>
public sealed class KubernetesClient : IKubernetesClient, IDisposable
{
    private readonly HttpClient _http;
    private readonly KubernetesClientOptions _options;
    private readonly ApiRequester _api;
    private readonly string _defaultManager;

    /// <summary>Connects as configured. Nothing is sent before the first request.</summary>
    public KubernetesClient(KubernetesClientConfiguration configuration, KubernetesClientOptions? options = null)
        : this(HttpClientFactory.Create(configuration, options ?? new KubernetesClientOptions()), configuration.Namespace, options)
    {
    }

    /// <summary>Uses an HTTP client that is set up already: base address, login, no time-out of its own.</summary>
    public KubernetesClient(HttpClient http, string ns = "default", KubernetesClientOptions? options = null)
    {
        _http = http;
        _options = options ?? new KubernetesClientOptions();
        _api = new ApiRequester(http, _options);
        _defaultManager = _options.UserAgent.Split('/')[0];
        Namespace = ns;
    }

    /// <inheritdoc/>
    public string Namespace { get; }

    /// <inheritdoc/>
    public async Task<TEntity?> GetAsync<TEntity>(string? ns, string name, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        try
        {
            var path = KubernetesEntityDefinition.Of<TEntity>().ObjectPath(ns, name);
            return await SendAsync<TEntity>(new ApiRequest(HttpMethod.Get, path), cancellationToken);
        }
        catch (KubernetesException e) when (e.Error == KubernetesError.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<KubernetesList<TEntity>> ListAsync<TEntity>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        options ??= new ListOptions();
        var path = KubernetesEntityDefinition.Of<TEntity>().CollectionPath(options.Namespace) + QueryString.Of(options);
        return SendAsync<KubernetesList<TEntity>>(new ApiRequest(HttpMethod.Get, path), cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent<TEntity>> WatchAsync<TEntity>(
        WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        options ??= new WatchOptions();
        var path = KubernetesEntityDefinition.Of<TEntity>().CollectionPath(options.Namespace) + QueryString.Of(options);
        using var response = await _api.OpenAsync(new ApiRequest(HttpMethod.Get, path), cancellationToken);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var events = new WatchStream<TEntity>(stream, _options.Json, options.IdleTimeout, _options.Time, cancellationToken);
        while (await events.ReadAsync() is { } next)
        {
            yield return next;
            if (next.Type == WatchEventType.Error)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public Task<TEntity> CreateAsync<TEntity>(TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        var path = KubernetesEntityDefinition.Of<TEntity>().CollectionPath(entity.Namespace()) + QueryString.Of(options, _defaultManager);
        return SendAsync<TEntity>(new ApiRequest(HttpMethod.Post, path, _options.Json.ToBytes(entity)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<TEntity> ReplaceAsync<TEntity>(TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        var path = KubernetesEntityDefinition.Of<TEntity>().ObjectPath(entity.Namespace(), entity.Name(), options?.Subresource);
        return SendAsync<TEntity>(
            new ApiRequest(HttpMethod.Put, path + QueryString.Of(options, _defaultManager), _options.Json.ToBytes(entity)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<TEntity> ApplyAsync<TEntity>(TEntity entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject =>
        ApplyAsync<TEntity>(_options.Json.ToNode(entity), options, cancellationToken);

    /// <inheritdoc/>
    public Task<TEntity> ApplyAsync<TEntity>(JsonObject entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject =>
        SendAsync<TEntity>(ApplyRequest(KubernetesEntityDefinition.Of<TEntity>(), entity, options), cancellationToken);

    /// <inheritdoc/>
    public Task<JsonObject> ApplyAsync(
        KubernetesEntityDefinition definition, JsonObject entity, ApplyOptions options, CancellationToken cancellationToken = default) =>
        SendAsync<JsonObject>(ApplyRequest(definition, entity, options), cancellationToken);

    /// <inheritdoc/>
    public Task<TEntity> PatchAsync<TEntity>(
        string? ns, string name, Patch patch, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        var path = KubernetesEntityDefinition.Of<TEntity>().ObjectPath(ns, name, options?.Subresource) + QueryString.Of(options, _defaultManager);
        return SendAsync<TEntity>(new ApiRequest(HttpMethod.Patch, path, Utf8(patch.Body), patch.ContentType), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<DeleteResult<TEntity>> DeleteAsync<TEntity>(
        string? ns, string name, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        try
        {
            var path = KubernetesEntityDefinition.Of<TEntity>().ObjectPath(ns, name);
            var answer = await SendAsync<JsonObject>(new ApiRequest(HttpMethod.Delete, path, Utf8(DeleteBody.Make(options))), cancellationToken);

            // The server answers with a Status when the object is gone, and with the object when it still has to end.
            var isGone = (string?)answer["kind"] == "Status";
            return new DeleteResult<TEntity>(Found: true, isGone ? null : _options.Json.FromNode<TEntity>(answer));
        }
        catch (KubernetesException e) when (e.Error == KubernetesError.NotFound)
        {
            return new DeleteResult<TEntity>(Found: false, null);
        }
    }

    /// <inheritdoc/>
    public Task<HttpResponseMessage> SendToPodAsync(
        string ns, string pod, int port, HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        var path = request.RequestUri?.OriginalString ?? "/";
        var root = KubernetesEntityDefinition.Of<V1Pod>().CollectionPath(ns);
        return _api.SendRawAsync(request, $"{root}/{Uri.EscapeDataString(pod)}:{port}/proxy/{path.TrimStart('/')}", cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(string pathAndQuery, CancellationToken cancellationToken = default)
    {
        // Disposing of the stream ends the request; the response itself holds nothing else.
        var response = await _api.OpenAsync(new ApiRequest(HttpMethod.Get, pathAndQuery), cancellationToken);
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        _api.SendRawAsync(request, request.RequestUri?.OriginalString ?? "/", cancellationToken);

    /// <summary>Closes all connections; running watches end.</summary>
    public void Dispose() => _http.Dispose();

    private static byte[] Utf8(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());

    private static ApiRequest ApplyRequest(KubernetesEntityDefinition definition, JsonObject entity, ApplyOptions options)
    {
        var body = ApplyBody.Make(definition, entity, options);
        var name = (string?)body["metadata"]?["name"] ?? throw new ArgumentException("An apply needs metadata.name.", nameof(entity));
        var path = definition.ObjectPath((string?)body["metadata"]?["namespace"], name, options.Subresource);
        return new ApiRequest(HttpMethod.Patch, path + QueryString.Of(options), Utf8(body), "application/apply-patch+yaml");
    }

    private Task<T> SendAsync<T>(ApiRequest request, CancellationToken cancellationToken) =>
        _api.SendAsync(request, _options.Json.TypeInfo<T>(), cancellationToken);
}
