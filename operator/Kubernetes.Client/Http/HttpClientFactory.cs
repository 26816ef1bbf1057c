using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Kubernetes.Client.Configuration;

namespace Kubernetes.Client.Http;

/// <summary>Makes the HTTP client: HTTP/2, trust, login, and a dead connection noticed (<see cref="KubernetesClientOptions.DeadAfter"/>).</summary>
internal static class HttpClientFactory
{
    public static HttpClient Create(KubernetesClientConfiguration configuration, KubernetesClientOptions options)
    {
        HttpMessageHandler handler = Sockets(configuration, options.DeadAfter);
        if (configuration.Token is { } token)
        {
            handler = new TokenHandler(token) { InnerHandler = handler };
        }

        foreach (var outer in options.Handlers.Reverse())
        {
            outer.InnerHandler = handler;
            handler = outer;
        }

        var server = configuration.Server.AbsoluteUri;
        var http = new HttpClient(handler)
        {
            BaseAddress = new Uri(server.EndsWith('/') ? server : server + "/"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,

            // Each request has a deadline of its own; a watch has none.
            Timeout = Timeout.InfiniteTimeSpan,
        };

        // SocketsHttpHandler takes the name for TLS (the one it sends and the one it expects in the certificate) from this header, whatever SslOptions say.
        http.DefaultRequestHeaders.Host = configuration.TlsServerName is { Length: > 0 } name ? name : null;
        http.DefaultRequestHeaders.UserAgent.ParseAdd(options.UserAgent);
        http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        return http;
    }

    private static SocketsHttpHandler Sockets(KubernetesClientConfiguration configuration, TimeSpan deadAfter) => new()
    {
        // The API server must not be reached through a proxy for the internet, and keeps no cookies.
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.GZip,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        EnableMultipleHttp2Connections = true,

        // Without pings a peer that vanished (node lost, NAT entry gone) holds a watch for ever. A proxy may allow HTTP/1.1 only: there TCP asks.
        KeepAlivePingDelay = deadAfter / 2,
        KeepAlivePingTimeout = deadAfter / 2,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, deadAfter, cancellationToken),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        SslOptions = Tls(configuration),
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint address, TimeSpan deadAfter, CancellationToken cancellationToken)
    {
        const int Probes = 3;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds(deadAfter / 2));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Seconds(deadAfter / 2 / Probes));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
            await socket.ConnectAsync(address, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        static int Seconds(TimeSpan time) => Math.Max(1, (int)time.TotalSeconds);
    }

    private static SslClientAuthenticationOptions Tls(KubernetesClientConfiguration configuration)
    {
        var tls = new SslClientAuthenticationOptions();
        if (configuration.ClientCertificate is { } certificate)
        {
            tls.ClientCertificates = [certificate];
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }
        else if (configuration.Token is ExecTokenSource token)
        {
            // The token is asked for before the first connection is made, so the certificate that came with it is there.
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => token.ClientCertificate!;
        }

        if (configuration.SkipTlsVerify)
        {
#pragma warning disable CA5359 // The kubeconfig asks for it by insecure-skip-tls-verify.
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (configuration.CertificateAuthorities is { } authorities)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(authorities);
            tls.CertificateChainPolicy = policy;
        }

        return tls;
    }
}
