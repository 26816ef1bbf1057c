using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Todo.Messaging.Tests.World;

/// <summary>Dapr's publish, health and jobs endpoints as a service sees them; keeps what was published and answers as it is told.</summary>
public sealed class FakeSidecar : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<PublishedEvent> _published = new();

    private FakeSidecar(WebApplication app, string address)
    {
        _app = app;
        Address = address;
    }

    public string Address { get; }

    /// <summary>What was kept, in order of arrival.</summary>
    public IReadOnlyList<PublishedEvent> Published => [.. _published];

    public bool Ready { get; set; } = true;

    /// <summary>Status to answer a publish with; a kept event is kept whatever the answer is.</summary>
    public Func<PublishedEvent, (bool Keep, int Status)> Answer { get; set; } = _ => (true, StatusCodes.Status204NoContent);

    /// <summary>Called with each kept event; to deliver it, for example.</summary>
    public Func<PublishedEvent, Task> OnPublished { get; set; } = _ => Task.CompletedTask;

    public ConcurrentDictionary<string, string> Jobs { get; } = new();

    public static async Task<FakeSidecar> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        var address = TestServers.NextAddress();
        builder.WebHost.ConfigureKestrel(x => x.Listen(address, 3500));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var sidecar = new FakeSidecar(app, $"http://{address}:3500");
        app.MapGet("/v1.0/healthz/outbound", () => Results.StatusCode(sidecar.Ready ? 204 : 500));
        app.MapPost("/v1.0/publish/{component}/{topic}", sidecar.PublishAsync);
        app.MapPost("/v1.0/jobs/{name}", async (string name, HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            sidecar.Jobs[name] = await reader.ReadToEndAsync();
            return Results.NoContent();
        });
        app.MapDelete("/v1.0/jobs/{name}", (string name) =>
        {
            sidecar.Jobs.TryRemove(name, out _);
            return Results.NoContent();
        });
        await app.StartAsync();
        return sidecar;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> PublishAsync(string component, string topic, HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var value = new PublishedEvent(
            component, topic, context.Request.Query["metadata.partitionKey"].ToString(), context.Request.ContentType ?? "", body,
            JsonSerializer.Deserialize<JsonElement>(body));
        var (keep, status) = Answer(value);
        if (keep)
        {
            _published.Enqueue(value);
            await OnPublished(value);
        }

        return Results.StatusCode(status);
    }
}

public sealed record PublishedEvent(string Component, string Topic, string Key, string ContentType, string Body, JsonElement Json)
{
    public Guid Id => Json.GetProperty("id").GetGuid();

    public long Version => Json.GetProperty("keyversion").GetInt64();
}
