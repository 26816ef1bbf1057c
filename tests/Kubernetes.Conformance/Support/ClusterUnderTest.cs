using System.Net;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Configuration;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Http;
using Kubernetes.Conformance.Support;
using LocalCluster.ApiServer;

[assembly: AssemblyFixture(typeof(ClusterUnderTest))]

namespace Kubernetes.Conformance.Support;

/// <summary>
/// The API server that is asked: LocalCluster's, or with <c>TEST_KUBECONFIG</c> any other one (its current context, with the rights of an administrator).
/// Nothing is left behind there, and nothing but the wire is used.
/// </summary>
public class ClusterUnderTest : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("conformance-").FullName;
    private readonly string _run = Guid.NewGuid().ToString("N")[..5];
    private readonly List<string> _namespaces = [];
    private KubeApiServer? _local;

    public string Kubeconfig { get; private set; } = "";

    public KubernetesClientConfiguration Configuration { get; private set; } = null!;

    public HttpApi Http { get; private set; } = null!;

    public Kubectl Kubectl { get; private set; } = null!;

    /// <summary>Whether somebody acts on what is written: Deployments become pods, owned objects go with their owner.</summary>
    public bool HasControllers { get; private set; }

    /// <summary>Whether others go on with this server's definition when this one is done with it.</summary>
    protected virtual bool IsShared => false;

    public async ValueTask InitializeAsync()
    {
        Kubeconfig = Environment.GetEnvironmentVariable("TEST_KUBECONFIG") is { Length: > 0 } given ? given : await StartLocalAsync();
        Configuration = KubernetesClientConfiguration.FromKubeconfig([Kubeconfig]);
        Http = NewHttp(Configuration);
        Kubectl = new Kubectl(Kubeconfig, _folder);
        HasControllers = _local is not null ? await StartControllersAsync(_local) : (await Http.GetAsync("/api/v1/namespaces/default/serviceaccounts/default")).Code == 200;
        await Http.PostAsync(Resources.Definitions.CollectionPath(null), Manifests.Definition);
        await Until(async () => (await Http.GetAsync(Resources.Platforms.CollectionPath("default"))).Code == 200, "the definition is served");
    }

    public async ValueTask DisposeAsync()
    {
        if (_local is null)
        {
            foreach (var ns in _namespaces)
            {
                await Http.DeleteAsync($"/api/v1/namespaces/{ns}");
            }

            if (!IsShared)
            {
                await Http.DeleteAsync(Resources.Definitions.ObjectPath(null, "platforms.conformance.todo.io"));
            }
        }

        Http.Dispose();
        await StopControllersAsync();
        await (_local?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    public static HttpApi NewHttp(KubernetesClientConfiguration configuration) =>
        new(HttpClientFactory.Create(configuration, new KubernetesClientOptions { UserAgent = "tests/1.0" }));

    /// <summary>Starts controllers beside a server of our own.</summary>
    /// <returns>Whether there are any.</returns>
    protected virtual Task<bool> StartControllersAsync(KubeApiServer local) => Task.FromResult(false);

    protected virtual ValueTask StopControllersAsync() => ValueTask.CompletedTask;

    /// <summary>A fresh namespace with this word in its name, so that tests don't meet.</summary>
    public async Task<string> NamespaceAsync(string name)
    {
        var full = $"c{_run}-{name}";
        (await Http.PostAsync("/api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = full } })).Expect(201);
        lock (_namespaces)
        {
            _namespaces.Add(full);
        }

        if (HasControllers)
        {
            await Until(async () => (await Http.GetAsync($"/api/v1/namespaces/{full}/serviceaccounts/default")).Code == 200, "pods are let in");
        }

        return full;
    }

    public async Task<JsonObject> CreateAsync(KubernetesEntityDefinition type, JsonObject value) =>
        (await Http.PostAsync(type.CollectionPath(Text(value, "namespace")), Typed(type, value))).Expect(201).Json;

    /// <summary>The object; null: there is none.</summary>
    public async Task<JsonObject?> GetAsync(KubernetesEntityDefinition type, string? ns, string name)
    {
        var answer = await Http.GetAsync(type.ObjectPath(ns, name));
        return answer.Code == 404 ? null : answer.Expect(200).Json;
    }

    public async Task<JsonObject> UpdateAsync(KubernetesEntityDefinition type, JsonObject value) => (await PutAsync(type, value)).Expect(200).Json;

    public async Task<JsonObject> UpdateStatusAsync(KubernetesEntityDefinition type, JsonObject value) => (await PutAsync(type, value, "status")).Expect(200).Json;

    public Task<HttpAnswer> PutAsync(KubernetesEntityDefinition type, JsonObject value, string? subresource = null) =>
        Http.PutAsync(type.ObjectPath(Text(value, "namespace"), Text(value, "name")!, subresource), Typed(type, value));

    public Task<HttpAnswer> DeleteAsync(KubernetesEntityDefinition type, string? ns, string name, JsonObject? options = null) =>
        Http.DeleteAsync(type.ObjectPath(ns, name), options);

    /// <summary>The version that a list of the resource has now.</summary>
    public async Task<string> VersionAsync(KubernetesEntityDefinition type, string? ns = null) =>
        (string)(await Http.GetAsync(type.CollectionPath(ns))).Expect(200).Json["metadata"]!["resourceVersion"]!;

    /// <summary>Makes past versions too old. A server that is not ours has forgotten its first ones by itself.</summary>
    /// <returns>A version that is forgotten.</returns>
    public string ForgetHistory(string version)
    {
        _local?.Compact();
        return _local is null ? "1" : version;
    }

    public static async Task Until(Func<Task<bool>> condition, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            try
            {
                await timer.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"not within 30 s: {what}");
            }
        }
    }

    private static string? Text(JsonObject value, string field) => (string?)value["metadata"]?[field];

    private static JsonObject Typed(KubernetesEntityDefinition type, JsonObject value)
    {
        value["apiVersion"] ??= type.ApiVersion;
        value["kind"] ??= type.Kind;
        return value;
    }

    private async Task<string> StartLocalAsync()
    {
        _local = await KubeApiServer.StartAsync(new ApiServerOptions
        {
            Address = IPAddress.Parse("127.69.1.1"),
            Tokens = [new ApiToken("secret-of-the-tests")],
            BookmarkInterval = TimeSpan.FromMilliseconds(100),
        });
        var path = Path.Combine(_folder, "kubeconfig");
        _local.WriteKubeconfig(path);
        return path;
    }
}

/// <summary>A cluster of a test class's own, for what everybody else would feel. A server that is not ours is everybody's all the same.</summary>
public sealed class OwnCluster : ClusterUnderTest
{
    protected override bool IsShared => true;
}
