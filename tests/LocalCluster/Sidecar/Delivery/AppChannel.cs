using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using LocalCluster.Sidecar.CommandLine;

namespace LocalCluster.Sidecar.Delivery;

/// <summary>An answer of the app.</summary>
internal sealed record AppResponse(HttpStatusCode Status, byte[] Body)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;
}

/// <summary>HTTP calls to the app: its address, its token, its limit of calls at the same time.</summary>
internal sealed class AppChannel : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        // traceparent is forwarded as it came; the sidecar adds none of its own.
        ActivityHeadersPropagator = null,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ConnectTimeout = TimeSpan.FromSeconds(5),
    });

    private readonly Uri _base;
    private readonly string? _token;
    private readonly SemaphoreSlim? _limit;
    private readonly string _host;
    private readonly int _port;

    public AppChannel(DaprdOptions options, int port)
    {
        (_host, _port) = (options.AppChannelAddress, port);
        _base = new UriBuilder("http", _host, port).Uri;
        _token = options.AppToken;
        _limit = options.AppMaxConcurrency > 0 ? new SemaphoreSlim(options.AppMaxConcurrency) : null;
    }

    /// <summary>Calls the app. There is no time limit but the caller's.</summary>
    /// <exception cref="HttpRequestException">No connection, or it broke.</exception>
    public async Task<AppResponse> SendAsync(
        HttpMethod method,
        string path,
        ReadOnlyMemory<byte> body,
        string? contentType,
        IEnumerable<KeyValuePair<string, string>> headers,
        CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(_base, "/" + path.TrimStart('/')));
        if (contentType is not null)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        foreach (var (name, value) in headers)
        {
            // Names of broker headers are anybody's choice: what HTTP cannot carry is left out.
            if (!name.StartsWith("content-", StringComparison.OrdinalIgnoreCase))
            {
                request.Headers.TryAddWithoutValidation(name, value.ReplaceLineEndings(" "));
            }
        }

        if (_token is not null)
        {
            request.Headers.TryAddWithoutValidation("dapr-api-token", _token);
        }

        if (_limit is not null)
        {
            await _limit.WaitAsync(cancellation);
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellation);
            return new AppResponse(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation));
        }
        catch (SocketException error)
        {
            // What .NET throws when the app is killed in the moment after the connection was made.
            throw new HttpRequestException(HttpRequestError.ConnectionError, error.Message, error);
        }
        finally
        {
            _limit?.Release();
        }
    }

    /// <summary>Whether something listens on the app's port.</summary>
    public async Task<bool> IsListeningAsync(CancellationToken cancellation)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(_host, _port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _limit?.Dispose();
    }
}
