using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Todo.Load.Tests;

/// <summary>A request as it came over the wire.</summary>
internal sealed record Seen(string Method, string Path, string? Key, string? Authorization, string Body);

/// <summary>Answers like the backend and remembers what it was asked; each test may answer otherwise.</summary>
internal sealed class RecordingBackend : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _lastId;

    private RecordingBackend(WebApplication app) => _app = app;

    public ConcurrentQueue<Seen> Requests { get; } = new();

    public Uri Address { get; private set; } = null!;

    public static async Task<RecordingBackend> StartAsync(Func<HttpContext, bool>? otherwise = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse("127.63.3.1"), 0));
        var app = builder.Build();
        var backend = new RecordingBackend(app);
        app.Run(context => backend.AnswerAsync(context, otherwise));
        await app.StartAsync();
        backend.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return backend;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, Func<HttpContext, bool>? otherwise)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers;
        Requests.Enqueue(new Seen(context.Request.Method, context.Request.Path, headers["Idempotency-Key"], headers.Authorization, body));
        if (otherwise?.Invoke(context) == true)
        {
            return;
        }

        if (context.Request.Method == "DELETE")
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var task = body.Length > 0 ? JsonNode.Parse(body)!.AsObject() : [];
        task["id"] = Interlocked.Increment(ref _lastId);
        task["title"] ??= "t";
        task["priority"] ??= "low";
        task["completed"] = false;
        context.Response.StatusCode = context.Request.Path.Value!.EndsWith("tasks", StringComparison.Ordinal) ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        await context.Response.WriteAsJsonAsync(task);
    }
}
