using Todo.Messaging.Hosting;

namespace Todo.Notification;

/// <summary>HTTP to this pod's sidecar.</summary>
internal static class Sidecar
{
    // A scheduler that is down keeps a call waiting for 30 s; nobody here wants to wait that long.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static HttpClient CreateClient(DaprOptions dapr)
    {
        var client = new HttpClient(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) })
        {
            BaseAddress = dapr.Endpoint,
            Timeout = Timeout,
        };
        if (dapr.ApiToken is { } token)
        {
            client.DefaultRequestHeaders.Add("dapr-api-token", token);
        }

        return client;
    }
}
