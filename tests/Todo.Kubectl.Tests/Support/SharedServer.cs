using System.Collections.Concurrent;
using System.Net;
using Kubernetes.Client;
using Kubernetes.Client.Configuration;
using LocalCluster.ApiServer;
using LocalCluster.ApiServer.Faults;
using LocalCluster.ApiServer.Storage;
using Todo.Kubectl.Tests.Support;
using Todo.Operator.Tests;
using Todo.Operator.Tests.Cluster;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Todo.Kubectl.Tests.Support;

/// <summary>One API server with the CRD for all tests; each test has a namespace of its own in it.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, FaultHook> _faults = new(StringComparer.Ordinal);

    /// <summary>Where kubeconfigs and kubectl's caches are.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("todo-kubectl-tests-").FullName;

    public KubeApiServer Server { get; private set; } = null!;

    public KubernetesClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await KubeApiServer.StartAsync(new ApiServerOptions { Address = IPAddress.Parse("127.73.0.1"), Tokens = [new ApiToken("secret", "jane")] });
        Server.Api.Create(ResourceTypes.CustomResourceDefinitions, Yaml.Read(Repository.Path("crds", "platform.todo.io_todoplatforms.yaml"))[0], "test");
        Server.Faults = request => request.Namespace is { } ns && _faults.TryGetValue(ns, out var hook) ? hook(request) : null;
        var kubeconfig = WriteKubeconfig("default");
        Client = new KubernetesClient(KubernetesClientConfiguration.FromKubeconfig([kubeconfig]), new KubernetesClientOptions { UserAgent = "test" });
    }

    /// <summary>Misbehaves in one namespace.</summary>
    public void Fail(string ns, FaultHook hook) => _faults[ns] = hook;

    public string WriteKubeconfig(string ns)
    {
        var path = Path.Combine(Folder, $"{ns}.kubeconfig");
        Server.WriteKubeconfig(path, ns: ns);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
