using Kubernetes.Client;

namespace Kubernetes.Tests.Support;

/// <summary>Tests with an API server of their own each, and a client for it.</summary>
public abstract class ApiServerTest : IAsyncLifetime
{
    protected TestApiServer Server { get; private set; } = null!;

    protected KubernetesClient Client { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Server = await TestApiServer.StartAsync();
        Client = Server.NewClient();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
