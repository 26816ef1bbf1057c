using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using LocalCluster.Node.Processes;

namespace LocalCluster.Node.Probes;

/// <summary>Outcome of one attempt; the message is what <c>kubectl describe</c> shows of a failure.</summary>
internal readonly record struct ProbeResult(bool Success, string Message);

/// <summary>Carries out single probes and lifecycle hooks.</summary>
internal sealed class Prober(ProcessSpawner spawner) : IDisposable
{
    private readonly HttpClient _http = NewClient();

    /// <summary>Tries once, for <paramref name="timeout"/> at most.</summary>
    /// <param name="action">What to do.</param>
    /// <param name="context">Environment and folder for commands; their first part is ignored.</param>
    /// <param name="timeout">Longer is a failure.</param>
    /// <param name="cancellationToken">Ends the attempt with an <see cref="OperationCanceledException"/>.</param>
    public async Task<ProbeResult> TryAsync(ProbeAction action, ProcessSpec context, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return action switch
            {
                ProbeAction.HttpGet http => await GetAsync(http, limit.Token),
                ProbeAction.TcpSocket tcp => await ConnectAsync(tcp, limit.Token),
                ProbeAction.Exec exec => await RunAsync(exec, context, limit.Token),
                ProbeAction.Sleep sleep => await SleepAsync(sleep, limit.Token),
                _ => throw new ArgumentOutOfRangeException(nameof(action)),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(false, action is ProbeAction.Exec ? $"command timed out after {timeout.TotalSeconds:0.###}s" : $"{Describe(action)}: context deadline exceeded");
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
        {
            var refused = (e as SocketException ?? e.InnerException as SocketException)?.SocketErrorCode == SocketError.ConnectionRefused;
            return new(false, $"{Describe(action)}: {(refused ? "connect: connection refused" : e.Message)}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string Describe(ProbeAction action) => action switch
    {
        ProbeAction.HttpGet http => $"Get \"{http.Uri}\"",
        ProbeAction.TcpSocket tcp => $"dial tcp {tcp.Host}:{tcp.Port}",
        _ => "probe",
    };

    /// <summary>As the kubelet's: no redirects, no keep-alive (an open connection would hold up an application's shutdown).</summary>
    [SuppressMessage("Security", "CA5359", Justification = "A probe asks whether the process answers, not who it is; the kubelet takes any certificate too.")]
    private static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private async Task<ProbeResult> GetAsync(ProbeAction.HttpGet http, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, http.Uri);
        request.Headers.ConnectionClose = true;
        request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.32");
        foreach (var (name, value) in http.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.StatusCode is >= HttpStatusCode.OK and < HttpStatusCode.BadRequest
            ? new(true, "")
            : new(false, $"HTTP probe failed with statuscode: {(int)response.StatusCode}");
    }

    private static async Task<ProbeResult> ConnectAsync(ProbeAction.TcpSocket tcp, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(tcp.Host, tcp.Port, cancellationToken);
        return new(true, "");
    }

    private async Task<ProbeResult> RunAsync(ProbeAction.Exec exec, ProcessSpec context, CancellationToken cancellationToken)
    {
        using var process = await spawner.StartAsync(context with { Command = exec.Command });
        using var output = new MemoryStream();
        var copy = process.Output.CopyToAsync(output, CancellationToken.None);
        var drain = process.Error.CopyToAsync(Stream.Null, CancellationToken.None);
        try
        {
            var code = await process.Exited.WaitAsync(cancellationToken);
            await Task.WhenAll(copy, drain).WaitAsync(cancellationToken);
            var text = System.Text.Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)Math.Min(output.Length, 1024)).Trim();
            return new(code == 0, code == 0 ? "" : text.Length > 0 ? text : $"command exited with {code}");
        }
        catch (OperationCanceledException)
        {
            process.Send(Signal.Kill);
            await process.Exited;
            throw;
        }
    }

    private static async Task<ProbeResult> SleepAsync(ProbeAction.Sleep sleep, CancellationToken cancellationToken)
    {
        await Task.Delay(sleep.Duration, cancellationToken);
        return new(true, "");
    }
}
