using System.Net;
using System.Security.Cryptography.X509Certificates;
using LocalCluster.ApiServer.CustomResources;
using LocalCluster.ApiServer.Discovery;
using LocalCluster.ApiServer.Faults;
using LocalCluster.ApiServer.Hosting;
using LocalCluster.ApiServer.Http;
using LocalCluster.ApiServer.OpenApi;
using LocalCluster.ApiServer.Reading;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Reviews;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Subresources;
using LocalCluster.ApiServer.Telemetry;
using LocalCluster.ApiServer.Writing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalCluster.ApiServer;

/// <summary>
/// A Kubernetes API server in this process, over HTTPS for <c>kubectl</c> and operators and, by <see cref="Api"/>, for controllers beside it.
/// Any number can run side by side, each on an address of its own.
/// </summary>
public sealed class KubeApiServer : IAsyncDisposable
{
    private static readonly string[] InitialNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

    private readonly WebApplication _application;
    private readonly CancellationTokenSource _stopping;
    private readonly X509Certificate2 _certificate;
    private readonly Cluster _cluster;
    private readonly ListReader _lists;
    private readonly RequestPipeline _pipeline;
    private readonly ProxyHandler _proxies;

    private KubeApiServer(
        WebApplication application, CancellationTokenSource stopping, X509Certificate2 certificate, Cluster cluster, ListReader lists, RequestPipeline pipeline,
        IClusterApi api, RequestLog requests, ProxyHandler proxies, Uri uri)
    {
        (_application, _stopping, _certificate, _cluster, _lists, _pipeline) = (application, stopping, certificate, cluster, lists, pipeline);
        (Api, Requests, _proxies, Uri) = (api, requests, proxies, uri);
    }

    /// <summary>The objects, without the wire.</summary>
    public IClusterApi Api { get; }

    /// <summary>What was asked over HTTP.</summary>
    public RequestLog Requests { get; }

    /// <summary>Where it listens: <c>https://address:port/</c>.</summary>
    public Uri Uri { get; }

    /// <summary>The server's certificate, which is its own authority, in PEM.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>The hook that changes pods when they are created; null: none.</summary>
    public IAdmission? Admission
    {
        get => _cluster.Admission;
        set => _cluster.Admission = value;
    }

    /// <summary>Makes the server misbehave; null: it doesn't. Applies to requests that come after it was set.</summary>
    public FaultHook? Faults
    {
        get => _pipeline.Faults;
        set => _pipeline.Faults = value;
    }

    /// <summary>Where container logs come from; null: there are none.</summary>
    public IPodLogs? PodLogs
    {
        get => _cluster.PodLogs;
        set => _cluster.PodLogs = value;
    }

    /// <summary>Starts listening. An address in use is an <see cref="IOException"/>.</summary>
    public static async Task<KubeApiServer> StartAsync(ApiServerOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        var requests = new RequestLog();
        var stopping = new CancellationTokenSource();
        var certificate = ServerCertificate.Create(options.Address, options.TimeProvider.GetUtcNow());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 3 * 1024 * 1024;

            // On a busy machine a slow client is only slow.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;

            // Many watches of one client share one connection.
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
            kestrel.Listen(options.Address, options.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(certificate);
            });
        });
        var application = builder.Build();

        var cluster = new Cluster(options);
        var writer = new ObjectWriter(cluster);
        var deleter = new ObjectDeleter(cluster);
        new CustomResourceRegistry(cluster, writer, deleter).Attach();
        var lists = new ListReader(cluster.Store);
        var handler = new ResourceHandler(cluster, writer, deleter, lists, new WatchHandler(cluster), new PatchHandler(writer));
        var proxies = new ProxyHandler(cluster);
        var router = new RequestRouter(
            cluster, handler, new ScaleHandler(cluster, writer), new PodLogHandler(cluster), proxies, new ReviewHandler(cluster),
            new DiscoveryHandler(cluster.Catalog), new OpenApiHandler(cluster.Catalog));
        var logger = application.Services.GetRequiredService<ILogger<RequestPipeline>>();
        var pipeline = new RequestPipeline(cluster, router, requests, logger, stopping.Token);
        var api = new ClusterApi(cluster, writer, deleter);
        foreach (var name in InitialNamespaces)
        {
            api.Create(ResourceTypes.Namespaces, new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = name } }, "kube-apiserver");
        }

        application.Run(pipeline.HandleAsync);
        await application.StartAsync(cancellationToken);
        var uri = new Uri(application.Urls.First());
        return new KubeApiServer(application, stopping, certificate, cluster, lists, pipeline, api, requests, proxies, uri);
    }

    /// <summary>Writes a kubeconfig, readable by the owner only, for one of the tokens (null: the first).</summary>
    public void WriteKubeconfig(string path, string? token = null, string ns = "default")
    {
        var chosen = _cluster.Options.Tokens.First(t => token is null || t.Token == token);
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, Kubeconfig.Render(Uri, CertificatePem, chosen.Token, chosen.User, ns));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(full, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>Forgets all past changes: watches and list pages from before now are answered with 410 Expired.</summary>
    public void Compact()
    {
        _cluster.Store.Compact();
        _lists.Compact();
    }

    /// <summary>Ends all watches, then stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _application.StopAsync();
        await _application.DisposeAsync();
        _proxies.Dispose();
        _stopping.Dispose();
        _certificate.Dispose();
    }
}
