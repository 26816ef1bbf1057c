using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LocalCluster.Sidecar.Tests.Support;

/// <summary>A call that the app has received.</summary>
internal sealed record AppCall(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body, DateTimeOffset At)
{
    /// <summary>The event, or the <c>data</c> of an envelope, as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary><c>data.n</c> of the envelope: tests number their events.</summary>
    public int Number => Json["data"]!["n"]!.GetValue<int>();
}

/// <summary>What the app answers.</summary>
internal sealed record AppReply(int Status, string Body = "")
{
    public static AppReply Ok { get; } = new(200);

    public static AppReply With(string status) => new(200, $$"""{"status":"{{status}}"}""");
}

/// <summary>The app behind a sidecar: writes down what it is sent and answers as the test says.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    public const int Port = 8000;

    private readonly ConcurrentQueue<AppCall> _calls = new();
    private readonly CancellationTokenSource _gone = new();
    private WebApplication? _server;

    public TestApp(string address) => Address = address;

    public string Address { get; }

    /// <summary>Answers event and job calls.</summary>
    public Func<AppCall, Task<AppReply>> Handler { get; set; } = _ => Task.FromResult(AppReply.Ok);

    public string Subscriptions { get; set; } = "[]";

    public bool Healthy { get; set; } = true;

    public IReadOnlyList<AppCall> All => [.. _calls];

    public IReadOnlyList<AppCall> Received(string path) => [.. _calls.Where(call => call.Path == path)];

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://{Address}:{Port}");
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
    }

    /// <summary>Closes the port: from now on connections are refused.</summary>
    public async Task StopAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
            await server.StopAsync(atOnce.Token);
            await server.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await StopAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == "/healthz")
        {
            context.Response.StatusCode = Healthy ? 200 : 503;
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        var headers = context.Request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var call = new AppCall(context.Request.Method, path, headers, await reader.ReadToEndAsync(), DateTimeOffset.UtcNow);
        _calls.Enqueue(call);
        if (path == "/dapr/config")
        {
            // Asked by Dapr for its actors, before it is ready.
            context.Response.StatusCode = 404;
            return;
        }

        if (path == "/dapr/subscribe")
        {
            await context.Response.WriteAsync(Subscriptions);
            return;
        }

        var reply = await Handler(call).WaitAsync(_gone.Token);
        context.Response.StatusCode = reply.Status;
        if (reply.Body.Length > 0)
        {
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(reply.Body));
        }
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
