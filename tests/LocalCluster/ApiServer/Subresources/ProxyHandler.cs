using System.Net;
using System.Net.Sockets;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Http;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Storage;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.ApiServer.Subresources;

/// <summary><c>pods/NAME:PORT/proxy/PATH</c> and the same for services: passes a request on, whatever its verb.</summary>
internal sealed class ProxyHandler(Cluster cluster) : IDisposable
{
    // Between two hops only, or (Authorization) meant for this server and not for the pod.
    private static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Connection", "Host", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ConnectTimeout = TimeSpan.FromSeconds(5),
    });

    public void Dispose() => _client.Dispose();

    public async Task HandleAsync(RequestContext context)
    {
        var http = context.Http;
        var target = Target(context);
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), target);
        if (http.Request.ContentLength > 0 || http.Request.Headers.TransferEncoding.Count > 0 || (http.Request.ContentLength is null && CanHaveBody(http.Request.Method)))
        {
            request.Content = new StreamContent(http.Request.Body);
        }

        foreach (var header in http.Request.Headers.Where(h => !NotForwarded.Contains(h.Key) && !h.Key.StartsWith(':')))
        {
            if (!request.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string?>)header.Value))
            {
                request.Content?.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string?>)header.Value);
            }
        }

        try
        {
            using var response = await _client.SendAsync(request, context.Aborted);
            await CopyAsync(response, http);
        }
        catch (Exception error) when (error is HttpRequestException or SocketException)
        {
            throw Unavailable($"error trying to reach service: {Describe(error, target)}");
        }
    }

    private static bool CanHaveBody(string method) => HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method);

    private static async Task CopyAsync(HttpResponseMessage response, HttpContext http)
    {
        http.Response.StatusCode = (int)response.StatusCode;
        http.Response.Headers.Remove("Cache-Control");
        foreach (var header in response.Headers.Concat(response.Content.Headers).Where(h => !NotForwarded.Contains(h.Key)))
        {
            http.Response.Headers[header.Key] = header.Value.ToArray();
        }

        await using var body = await response.Content.ReadAsStreamAsync(http.RequestAborted);
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, http.RequestAborted)) > 0)
        {
            await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    private Uri Target(RequestContext context)
    {
        // [SCHEME:]NAME[:PORT]
        var parts = context.Info.Name!.Split(':');
        var (scheme, name, port) = parts switch
        {
            [var only] => ("http", only, ""),
            [var first, var second] => ("http", first, second),
            [var first, var second, var third] => (first.Length == 0 ? "http" : first, second, third),
            _ => throw ApiErrors.BadRequest($"invalid proxy target \"{context.Info.Name}\""),
        };
        var key = new ObjectKey(context.Key.Namespace, name);
        var found = cluster.Store.Find(context.Resource.Storage, key) ?? throw ApiErrors.NotFound(context.Resource.Type, name);
        var isPod = context.Resource.Type == ResourceTypes.Pods;
        var address = isPod ? found.Value.TextAt("status", "podIP") : found.Value.TextAt("spec", "clusterIP");
        if (string.IsNullOrEmpty(address) || !IPAddress.TryParse(address, out _))
        {
            throw isPod ? ApiErrors.BadRequest("address not allowed") : Unavailable($"no endpoints available for service \"{name}\"");
        }

        var number = ProxyPort.Find(found.Value, port, isPod)
            ?? throw (isPod ? ApiErrors.BadRequest($"no port \"{port}\" found for pod \"{name}\"") : Unavailable($"no service port {port} found for service \"{name}\""));
        var path = context.Info.Rest.Length == 0 ? "/" : context.Info.Rest;
        return new Uri($"{scheme}://{address}:{number}{path}{context.Http.Request.QueryString}");
    }

    private static ApiException Unavailable(string message) => new(503, "ServiceUnavailable", message);

    private static string Describe(Exception error, Uri target) =>
        (error as SocketException ?? error.InnerException as SocketException) is { } socket ? $"dial tcp {target.Authority}: {socket.SocketErrorCode}" : error.Message;
}

/// <summary>Which port a proxy URL means.</summary>
internal static class ProxyPort
{
    public static long? Find(System.Text.Json.Nodes.JsonObject value, string port, bool isPod)
    {
        var isNumber = long.TryParse(port, out var number);
        if (isNumber && isPod)
        {
            return number;
        }

        var (list, field) = isPod ? ("containers", "containerPort") : ("ports", "port");
        var ports = isPod
            ? value.ObjectsAt("spec", list).SelectMany(c => c.ObjectsAt("ports"))
            : value.ObjectsAt("spec", list);
        var found = port.Length == 0 ? ports.FirstOrDefault()
            : ports.FirstOrDefault(p => isNumber ? p.NumberAt("port") == number : p.TextAt("name") == port);
        return found.NumberAt(field) ?? (port.Length == 0 ? 80 : null);
    }
}
