using System.Diagnostics;
using System.Net;
using LocalCluster.Sidecar.Tests.Support;

namespace LocalCluster.Sidecar.Tests.Lifetime;

/// <summary>What SIGTERM does, with and without <c>block-shutdown-duration</c>.</summary>
public sealed class ShutdownTests
{
    private readonly string _topic = Brokers.NewTopic("s");
    private readonly TaskCompletionSource _release = new();

    private static string[] HealthCheck => ["--enable-app-health-check", "--app-health-probe-interval", "1", "--app-health-threshold", "1"];

    [Theory]
    [InlineData(Pod.Redis)]
    [InlineData(Pod.Kafka)]
    public async Task Without_block_the_api_closes_at_once_and_work_in_flight_is_finished(string broker)
    {
        await using var pod = await HandlingAsync(broker);
        pod.Sidecar.Process.Terminate();
        await Eventually.IsTrueAsync(() => RefusedAsync(pod), "the API refuses");
        Assert.False(pod.Sidecar.Process.HasExited);
        _release.SetResult();
        Assert.Equal(0, await pod.Sidecar.Process.ExitAsync());

        // The message in flight was acknowledged.
        await pod.Sidecar.StartAsync();
        await pod.Sidecar.PublishNumberAsync(broker, _topic, 2);
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Any(call => call.Number == 2), "the next one comes");
        Assert.Single(pod.App.Received("/events"), call => call.Number == 1);
    }

    [Theory]
    [InlineData(Pod.Redis)]
    [InlineData(Pod.Kafka)]
    public async Task Work_that_outlasts_the_graceful_seconds_is_cut_exits_1_and_comes_again(string broker)
    {
        await using var pod = await HandlingAsync(broker, "--dapr-graceful-shutdown-seconds", "1");
        var clock = Stopwatch.StartNew();
        Assert.Equal(1, await pod.Sidecar.StopAsync());
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(10));
        _release.SetResult();
        await pod.Sidecar.StartAsync();
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count(call => call.Number == 1) == 2, "it is delivered again");
    }

    [Theory]
    [InlineData(Pod.Redis)]
    [InlineData(Pod.Kafka)]
    public async Task With_block_subscriptions_end_first_and_the_app_can_still_publish(string broker)
    {
        await using var pod = await HandlingAsync(broker, "--dapr-block-shutdown-duration", "10s");
        pod.Sidecar.Process.Terminate();
        await Eventually.IsTrueAsync(async () => !await pod.Sidecar.HealthyAsync($"{pod.Sidecar.Public}/v1.0/healthz"), "healthz turns bad");
        Assert.Equal(HttpStatusCode.NoContent, await pod.Sidecar.PublishAsync(broker, Brokers.NewTopic("s"), "{}"));
        _release.SetResult();
        await pod.PublishUntilNothingIsDeliveredAsync(broker, _topic, 1);
        Assert.Equal(0, await pod.Sidecar.Process.ExitAsync());
    }

    [Fact]
    public async Task With_block_kafka_still_delivers_what_it_has_fetched()
    {
        await using var pod = await HandlingAsync(Pod.Kafka, "--dapr-block-shutdown-duration", "1s");
        for (var n = 2; n <= 6; n++)
        {
            await pod.Sidecar.PublishNumberAsync(Pod.Kafka, _topic, n, "?metadata.partitionKey=k");
        }

        // Fetched, behind the one that the app is busy with.
        await Eventually.NeverAsync(() => false, TimeSpan.FromSeconds(0.5), "the client fetches");
        pod.Sidecar.Process.Terminate();
        await Eventually.IsTrueAsync(async () => !await pod.Sidecar.HealthyAsync($"{pod.Sidecar.Public}/v1.0/healthz"), "the shutdown has begun");
        _release.SetResult();
        Assert.Equal(0, await pod.Sidecar.Process.ExitAsync());
        Assert.Equal([1, 2, 3, 4, 5, 6], pod.App.Received("/events").Select(call => call.Number));
    }

    [Fact]
    public async Task The_block_ends_when_the_app_is_unhealthy()
    {
        await using var pod = await HandlingAsync(
            Pod.Redis, "--dapr-block-shutdown-duration", "60s", "--enable-app-health-check", "--app-health-probe-interval", "1", "--app-health-threshold", "1");
        _release.SetResult();
        pod.Sidecar.Process.Terminate();
        await Eventually.IsTrueAsync(async () => !await pod.Sidecar.HealthyAsync($"{pod.Sidecar.Public}/v1.0/healthz"), "the shutdown has begun");
        pod.App.Healthy = false;
        Assert.Equal(0, await pod.Sidecar.Process.ExitAsync());
    }

    [Fact]
    public async Task The_block_holds_for_an_app_that_was_unhealthy_and_is_well_again()
    {
        await using var pod = await HandlingAsync(Pod.Redis, ["--dapr-block-shutdown-duration", "60s", .. HealthCheck]);
        _release.SetResult();
        await pod.TurnAsync(healthy: false);
        await pod.TurnAsync(healthy: true);
        pod.Sidecar.Process.Terminate();
        await SaysAsync(pod, "Blocking graceful shutdown");
        await Eventually.NeverAsync(() => pod.Sidecar.Process.HasExited, TimeSpan.FromSeconds(2), "the end of the block");
        Assert.Equal(HttpStatusCode.NoContent, await pod.Sidecar.PublishAsync(Pod.Redis, _topic, "{}"));
        pod.App.Healthy = false;
        Assert.Equal(0, await pod.Sidecar.Process.ExitAsync());
    }

    [Theory]
    [InlineData(Pod.Redis)]
    [InlineData(Pod.Kafka)]
    public async Task SIGTERM_is_heeded_while_an_unhealthy_app_leaves_a_call_unanswered(string broker)
    {
        await using var pod = await HandlingAsync(broker, ["--dapr-graceful-shutdown-seconds", "60", .. HealthCheck]);
        await pod.TurnAsync(healthy: false);
        pod.Sidecar.Process.Terminate();
        var clock = Stopwatch.StartNew();
        await Eventually.IsTrueAsync(() => RefusedAsync(pod), "the API refuses");

        // Well before the 30 s that the subscriptions give to the call in hand.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.False(pod.Sidecar.Process.HasExited);
        _release.SetResult();
        Assert.Equal(0, await pod.Sidecar.Process.ExitAsync());
    }

    [Fact]
    public async Task Post_shutdown_ends_the_process()
    {
        await using var pod = await Pod.Create().StartAsync();
        using var response = await pod.Sidecar.Http.PostAsync($"{pod.Sidecar.Api}/v1.0/shutdown", null);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(0, await pod.Sidecar.Process.ExitAsync());
    }

    /// <summary>A pod whose app is busy with message 1 until the test releases it.</summary>
    private async Task<Pod> HandlingAsync(string broker, params string[] arguments)
    {
        var pod = Pod.Create(arguments).With(broker, broker == Pod.Redis ? [("processingTimeout", "2000"), ("redeliverInterval", "300")] : [])
            .Subscribe(broker, _topic);
        pod.App.Handler = async call =>
        {
            if (call.Number == 1)
            {
                await _release.Task;
            }

            return AppReply.Ok;
        };
        await pod.StartAsync();
        await pod.Sidecar.PublishNumberAsync(broker, _topic, 1, "?metadata.partitionKey=k");
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count == 1, "message 1 is in flight");
        return pod;
    }

    private static Task SaysAsync(Pod pod, string text) =>
        Eventually.IsTrueAsync(() => pod.Sidecar.Process.Output.Contains(text, StringComparison.Ordinal), text);

    private static async Task<bool> RefusedAsync(Pod pod)
    {
        using var http = new HttpClient();
        try
        {
            using var response = await http.GetAsync($"{pod.Sidecar.Api}/v1.0/healthz/outbound");
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
