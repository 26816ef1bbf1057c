using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Kubernetes.Client.Configuration;

namespace Kubernetes.Client.Http;

/// <summary>Makes the HTTP client: HTTP/2, trust, login, and a dead connection noticed within 20 s.</summary>
internal static class HttpClientFactory
{
    public static HttpClient Create(KubernetesClientConfiguration configuration, KubernetesClientOptions options)
    {
        HttpMessageHandler handler = Sockets(configuration);
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
        http.DefaultRequestHeaders.UserAgent.ParseAdd(options.UserAgent);
        http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        return http;
    }

    private static SocketsHttpHandler Sockets(KubernetesClientConfiguration configuration) => new()
    {
        // The API server must not be reached through a proxy for the internet, and keeps no cookies.
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.GZip,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        EnableMultipleHttp2Connections = true,

        // Without pings a peer that vanished (node lost, NAT entry gone) holds a watch for ever.
        KeepAlivePingDelay = TimeSpan.FromSeconds(10),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        SslOptions = Tls(configuration),
    };

    private static SslClientAuthenticationOptions Tls(KubernetesClientConfiguration configuration)
    {
        var tls = new SslClientAuthenticationOptions();
        if (configuration.TlsServerName is { Length: > 0 } name)
        {
            tls.TargetHost = name;
        }

        if (configuration.ClientCertificate is { } certificate)
        {
            tls.ClientCertificates = [certificate];
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
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
