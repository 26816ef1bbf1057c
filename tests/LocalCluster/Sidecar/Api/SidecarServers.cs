using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LocalCluster.Sidecar.Api;

/// <summary>The HTTP servers of a sidecar: the API, the public port with health and metadata only, and the metrics.</summary>
internal sealed class SidecarServers
{
    private readonly WebApplication _api;
    private readonly WebApplication _public;
    private readonly WebApplication? _metrics;

    public SidecarServers(ApiContext context, ILoggerFactory logs)
    {
        var options = context.Options;
        var health = new HealthEndpoints(context);
        var metadata = new MetadataEndpoints(context);

        _api = Build(options.ListenAddresses, options.HttpPort, options.MaxBodySize, logs);
        _api.Use(new ApiGate(context).InvokeAsync);
        health.Map(_api);
        metadata.MapRead(_api);
        metadata.MapWrite(_api);
        new PublishEndpoints(context).Map(_api);
        new StateEndpoints(context).Map(_api);
        new JobEndpoints(context).Map(_api);
        _api.MapFallback("/{**path}", DirectInvoke.NotFoundAsync);

        _public = Build([options.PublicListenAddress], options.PublicPort, 1 << 20, logs);
        health.Map(_public);
        metadata.MapRead(_public);

        if (options.EnableMetrics)
        {
            _metrics = Build([options.MetricsListenAddress], options.MetricsPort, 1 << 20, logs);
            _metrics.MapGet("/{**path}", http =>
            {
                http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
                return http.Response.WriteAsync(context.Metrics.Registry.Render());
            });
        }
    }

    private IEnumerable<WebApplication> All => _metrics is null ? [_api, _public] : [_api, _public, _metrics];

    /// <exception cref="IOException">A port is in use.</exception>
    public Task StartAsync() => Task.WhenAll(All.Select(server => server.StartAsync()));

    /// <summary>Closes the ports at once; requests in hand may end within <paramref name="limit"/>.</summary>
    public async Task CloseAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        await Task.WhenAll(All.Select(server => server.StopAsync(deadline.Token)));
        await Task.WhenAll(All.Select(server => server.DisposeAsync().AsTask()));
    }

    private static WebApplication Build(IEnumerable<string> addresses, int port, long maxBody, ILoggerFactory logs)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = maxBody;
            // daprd has no opinion on how fast a caller is; on a busy machine a stalled one is no attack.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            foreach (var address in addresses.Select(Address).Distinct())
            {
                kestrel.Listen(address, port, listen => listen.Protocols = HttpProtocols.Http1);
            }
        });
        return builder.Build();
    }

    private static IPAddress Address(string text) => IPAddress.TryParse(text, out var address) ? address : IPAddress.Loopback;

    /// <summary>Signals are the runtime's business: the API may have to outlive SIGTERM.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
