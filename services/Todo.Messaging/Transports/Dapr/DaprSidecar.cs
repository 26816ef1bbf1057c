using System.Net.Sockets;
using Todo.Messaging.Hosting;

namespace Todo.Messaging.Transports.Dapr;

/// <summary>This pod's sidecar over its HTTP API.</summary>
internal sealed class DaprSidecar : IDisposable
{
    private readonly HttpClient _http;

    public DaprSidecar(ServiceOptions options)
    {
        IsExpected = options.Dapr.Injected;
        _http = new HttpClient(new BrokenConnections(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            // The event carries its own trace; a header would replace it.
            ActivityHeadersPropagator = null,
        }))
        {
            BaseAddress = options.Dapr.Endpoint,
            Timeout = PublishTimeout,
        };
        if (options.Dapr.ApiToken is { } token)
        {
            _http.DefaultRequestHeaders.Add("dapr-api-token", token);
        }
    }

    /// <summary>After this long a publish counts as failed, whatever became of it.</summary>
    public static TimeSpan PublishTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a sidecar was injected into this pod, or is needed.</summary>
    public bool IsExpected { get; }

    public HttpClient Http => _http;

    /// <summary>
    /// Whether its components are up. <c>/v1.0/healthz/outbound</c> does not wait for the app's port, so it cannot deadlock with a start that waits for it.
    /// </summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        if (!IsExpected)
        {
            return false;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            using var response = await _http.GetAsync(new Uri("/v1.0/healthz/outbound", UriKind.Relative), timeout.Token);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>
    /// .NET asks a fresh connection for its remote address; when the sidecar is killed in that moment the bare <see cref="SocketException"/> comes out, which is no
    /// <see cref="HttpRequestException"/> as every other broken connection is.
    /// </summary>
    private sealed class BrokenConnections(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (SocketException e)
            {
                throw new HttpRequestException(HttpRequestError.ConnectionError, e.Message, e);
            }
        }
    }
}
