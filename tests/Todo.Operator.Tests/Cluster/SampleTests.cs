using System.Net;
using Kubernetes.Client.Serialization;
using LocalCluster.ApiServer;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Hosting;
using Todo.Operator.Preflight;
using Todo.Operator.Resource;

namespace Todo.Operator.Tests.Cluster;

/// <summary>Every file in samples/ is taken by an API server as it is, with unknown fields refused, and breaks no rule of the operator.</summary>
public sealed class SampleTests : IAsyncLifetime
{
    private const byte Block = 98;
    private static readonly ResourceType Platforms = new("platform.todo.io", "v1alpha1", "todoplatforms", "TodoPlatform");

    private readonly string _home = Directory.CreateTempSubdirectory("todo-samples-").FullName;
    private KubeApiServer? _server;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Kubeconfig => Path.Combine(_home, "kubeconfig");

    public async ValueTask InitializeAsync()
    {
        _server = await KubeApiServer.StartAsync(new ApiServerOptions { Address = IPAddress.Parse($"127.{Block}.0.1"), Tokens = [new ApiToken("t")] }, Cancelled);
        _server.WriteKubeconfig(Kubeconfig);
        _server.Api.Create(ResourceTypes.CustomResourceDefinitions, Yaml.Read(Repository.Path("crds", "platform.todo.io_todoplatforms.yaml")).Single(), "test");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task Each_is_accepted_and_right()
    {
        var kubectl = new Kubectl(Kubeconfig, _home);
        foreach (var sample in Files())
        {
            var path = Repository.Path("samples", sample);
            if (Path.GetFileName(sample) == "kustomization.yaml")
            {
                await kubectl.RunAsync(Cancelled, "apply", "--validate=strict", "-k", Path.GetDirectoryName(path)!);
                continue;
            }

            Assert.Contains("todoplatform.platform.todo.io/todo created", await kubectl.RunAsync(Cancelled, "apply", "--validate=strict", "-f", path), StringComparison.Ordinal);
            var stored = _server!.Api.Get(Platforms, "default", "todo")!;
            var broken = SpecRules.Broken(KubernetesJson.Default.FromNode<TodoPlatformSpec>(stored["spec"]!)).ToList();
            Assert.True(broken.Count == 0, $"{sample}: {string.Join(' ', broken)}");
            await kubectl.RunAsync(Cancelled, "delete", "-f", path);
        }
    }

    [Fact]
    public void Each_is_listed()
    {
        var list = File.ReadAllText(Repository.Path("samples", "README.md"));
        Assert.All(Files(), sample => Assert.Contains($"]({sample})", list, StringComparison.Ordinal));
    }

    /// <summary>As they are called from samples/.</summary>
    private static IEnumerable<string> Files() =>
        Directory.GetFiles(Repository.Path("samples"), "*.yaml", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Repository.Path("samples"), f).Replace('\\', '/')).Order(StringComparer.Ordinal);
}
