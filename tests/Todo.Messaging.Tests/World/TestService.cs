using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Todo.Contracts;
using Todo.Messaging.Consuming;
using Todo.Messaging.Hosting;
using Todo.Messaging.Publishing;

namespace Todo.Messaging.Tests.World;

/// <summary>The effect of an event in a test.</summary>
public delegate ValueTask EventAction(IncomingEvent value, NpgsqlTransaction transaction, CancellationToken cancellationToken);

/// <summary>A service in this process, with everything a real one has but its own routes, on a loopback address of its own.</summary>
public sealed class TestService : IAsyncDisposable
{
    private const string Token = "management-token";

    private readonly WebApplication _app;
    private readonly TestWorld _world;

    private TestService(TestWorld world, WebApplication app)
    {
        _world = world;
        _app = app;
        Options = app.Services.GetRequiredService<ServiceOptions>();
        Http = new HttpClient { BaseAddress = new Uri($"http://{Options.BindAddress}:{Options.Port}") };
        Management = new HttpClient { BaseAddress = new Uri($"http://{Options.BindAddress}:{Options.ManagementPort}") };
        Management.DefaultRequestHeaders.Add("X-Todo-Token", Token);
    }

    public ServiceOptions Options { get; }

    public IServiceProvider Services => _app.Services;

    public IOutbox Outbox => Services.GetRequiredService<IOutbox>();

    /// <summary>The application port.</summary>
    public HttpClient Http { get; }

    /// <summary>The management port, with the token.</summary>
    public HttpClient Management { get; }

    public static async Task<TestService> StartAsync(
        TestWorld world, string appId, string? topic, EventAction? handler, IEnumerable<(string Name, string Value)> settings)
    {
        var environment = Environment(world, settings);
        var builder = WebApplication.CreateSlimBuilder();
        var service = builder.AddTodoService(appId, 8000, new SettingsReader(environment.GetValueOrDefault));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        if (topic is not null)
        {
            builder.Services.AddSingleton(handler!);
            service.AddEventHandler<ActionHandler>(topic);
        }

        if (environment.TryGetValue("TEST_JOB", out var job))
        {
            service.AddDaprJob(job, TimeSpan.FromSeconds(5));
        }

        world.Replace?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapTodoService();
        await app.StartAsync();
        await app.Services.GetRequiredService<ServiceState>().Started.WaitAsync(TimeSpan.FromSeconds(20));
        return new(world, app);
    }

    /// <summary>What a pod's environment holds, with <paramref name="settings"/> in place of what they name.</summary>
    public static Dictionary<string, string> Environment(TestWorld world, IEnumerable<(string Name, string Value)> settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["BIND_ADDRESS"] = TestServers.NextAddress().ToString(),
            ["MANAGEMENT_TOKEN"] = Token,
            ["DATABASE_URL"] = world.ConnectionString,
            ["KAFKA_BOOTSTRAP_SERVERS"] = world.Kafka?.BootstrapServers ?? "127.65.255.254:1",
            ["SHUTDOWN_DELAY"] = "00:00:00",
        };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        return environment;
    }

    /// <summary>Adds events in one transaction and commits it.</summary>
    public async Task<List<Guid>> PublishAsync(params OutgoingEvent[] events)
    {
        await using var connection = await _world.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var ids = new List<Guid>();
        foreach (var value in events)
        {
            ids.Add(await Outbox.AddAsync(transaction, value, CancellationToken.None));
        }

        await transaction.CommitAsync();
        Outbox.Wake();
        return ids;
    }

    public Task<List<Guid>> PublishAsync(string key, string topic = Topics.TaskRecurrence) => PublishAsync(Event(key, topic));

    public static OutgoingEvent Event(string key, string topic = Topics.TaskRecurrence) =>
        new(topic, EventTypes.TaskCompleted, key, $"tasks/{key}", new JsonObject { ["task"] = key });

    /// <summary>Delivers as a sidecar would.</summary>
    public async Task<HttpResponseMessage> DeliverAsync(string topic, string body, string? component = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/events/{topic}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/cloudevents+json"),
        };
        if (component is not null)
        {
            request.Headers.Add("pubsubName", component);
        }

        return await Http.SendAsync(request);
    }

    public async Task<JsonElement> LedgerAsync(int window = 300) => await Management.GetFromJsonAsync<JsonElement>($"/internal/ledger?window={window}");

    /// <summary>One figure of one transport in the ledger; 0 when it is not listed.</summary>
    public async Task<long> LedgerAsync(string transport, string figure) =>
        (await LedgerAsync()).GetProperty("transports").EnumerateArray().Where(x => x.GetProperty("name").GetString() == transport)
            .Select(x => x.GetProperty(figure).GetInt64()).SingleOrDefault();

    public async Task<(HttpStatusCode Status, JsonElement Body)> OrderAsync(string path, object order)
    {
        using var response = await Management.PostAsJsonAsync(path, order);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text));
    }

    /// <summary>Ends it as SIGTERM would.</summary>
    public async Task StopAsync()
    {
        _world.Forget(this);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Services.GetRequiredService<ServiceState>().SetDraining();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Http.Dispose();
        Management.Dispose();
    }

    private sealed class ActionHandler(EventAction action) : IEventHandler
    {
        public ValueTask HandleAsync(IncomingEvent value, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
            action(value, transaction, cancellationToken);
    }

    /// <summary>The signals belong to the test run.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
