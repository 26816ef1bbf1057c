using System.Net;
using Kubernetes.Client;
using Kubernetes.Client.Configuration;
using LocalCluster.ApiServer;

namespace Kubernetes.Tests.Support;

/// <summary>An API server of its own for one test, and a client for it by the kubeconfig that it writes.</summary>
public sealed class TestApiServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kubernetes-tests-").FullName;

    private TestApiServer(KubeApiServer server) => Server = server;

    public KubeApiServer Server { get; }

    public string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    public KubernetesClientConfiguration Configuration => KubernetesClientConfiguration.FromKubeconfig([Kubeconfig]);

    public static async Task<TestApiServer> StartAsync(Func<ApiServerOptions, ApiServerOptions>? change = null)
    {
        var options = new ApiServerOptions { Address = IPAddress.Parse("127.67.0.1"), Tokens = [new ApiToken("secret")] };
        var test = new TestApiServer(await KubeApiServer.StartAsync(change?.Invoke(options) ?? options, TestContext.Current.CancellationToken));
        test.Server.WriteKubeconfig(test.Kubeconfig);
        return test;
    }

    public KubernetesClient NewClient(string userAgent = "test", params DelegatingHandler[] handlers) =>
        new(Configuration, new KubernetesClientOptions { UserAgent = userAgent, Handlers = handlers });

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
