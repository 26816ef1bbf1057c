using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Todo.Messaging.Hosting;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Hosting;

public sealed class LifecycleTests(TestServers servers)
{
    [Fact]
    public async Task While_it_drains_requests_are_answered_and_connections_closed()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var service = await world.StartProducerAsync();
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(service, "/readyz")).StatusCode);

        service.Services.GetRequiredService<ServiceState>().SetDraining();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(service, "/readyz")).StatusCode);
        var health = await GetAsync(service, "/healthz");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.True(health.Headers.ConnectionClose);
    }

    [Fact]
    public async Task Management_answers_on_its_own_port_and_to_those_who_have_the_token()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var service = await world.StartConsumerAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(service, "/internal/ledger")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await service.Management.GetAsync(new Uri("/internal/ledger", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await service.Management.PostAsync(new Uri("/events/task-recurrence", UriKind.Relative), null)).StatusCode);
        service.Management.DefaultRequestHeaders.Remove("X-Todo-Token");
        Assert.Equal(HttpStatusCode.Unauthorized, (await service.Management.GetAsync(new Uri("/internal/ledger", UriKind.Relative))).StatusCode);
        service.Management.DefaultRequestHeaders.Add("X-Todo-Token", "wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await service.OrderAsync("/internal/replay", new { epoch = 1, from = Array.Empty<string>() })).Status);
    }

    [Fact]
    public async Task Metrics_are_prometheus_text()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        await world.StartConsumerAsync();
        var producer = await world.StartProducerAsync();
        await producer.PublishAsync("task-1");
        await world.SeeHandledAsync(1);

        var text = await producer.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Contains("# TYPE todo_events_published_total counter\n", text, StringComparison.Ordinal);
        Assert.Contains("todo_events_published_total{transport=\"direct-kafka\"} ", text, StringComparison.Ordinal);
        Assert.Contains("todo_events_handler_duration_seconds_bucket{topic=\"task-recurrence\",le=\"+Inf\"} ", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), x => Assert.Matches("""^(# (HELP|TYPE) .+|[a-z_]+(\{.*\})? -?[0-9.eE+-]+)$""", x));
    }

    [Fact]
    public async Task Events_committed_before_the_end_are_sent_before_the_end()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var producer = await world.StartProducerAsync();
        await using (var connection = await world.Database.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            for (var i = 0; i < 200; i++)
            {
                await producer.Outbox.AddAsync(transaction, TestService.Event($"task-{i}"), CancellationToken.None);
            }

            await transaction.CommitAsync();
        }

        await producer.StopAsync();

        Assert.Equal(0, await world.ScalarAsync<long>("select count(*) from messaging.outbox where sent_at is null"));
    }

    private static Task<HttpResponseMessage> GetAsync(TestService service, string path) => service.Http.GetAsync(new Uri(path, UriKind.Relative));
}
