using System.Net;
using System.Text;
using LocalCluster.Sidecar.Tests.Support;

namespace LocalCluster.Sidecar.Tests.Lifetime;

/// <summary>Readiness, app health checks, metadata, tokens.</summary>
public sealed class HealthTests
{
    private readonly string _topic = Brokers.NewTopic("a");

    [Fact]
    public async Task Outbound_is_ready_before_the_app_and_healthz_only_after_its_port_has_opened()
    {
        await using var pod = Pod.Create().With(Pod.Redis).Subscribe(Pod.Redis, _topic);
        pod.Sidecar.Launch();
        await Eventually.IsTrueAsync(() => pod.Sidecar.HealthyAsync($"{pod.Sidecar.Api}/v1.0/healthz/outbound"), "outbound is ready");
        Assert.False(await pod.Sidecar.HealthyAsync($"{pod.Sidecar.Public}/v1.0/healthz"));
        Assert.Equal(HttpStatusCode.NoContent, await pod.Sidecar.PublishAsync(Pod.Redis, _topic, """{"n":1}"""));
        await pod.App.StartAsync();
        await Eventually.IsTrueAsync(() => pod.Sidecar.HealthyAsync($"{pod.Sidecar.Public}/v1.0/healthz"), "all is ready");
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count == 1, "delivery");
    }

    [Theory]
    [InlineData(Pod.Redis)]
    [InlineData(Pod.Kafka)]
    public async Task An_unhealthy_app_gets_no_events_and_all_of_them_when_it_is_back(string broker)
    {
        await using var pod = await Pod.Create("--enable-app-health-check", "--app-health-probe-interval", "1", "--app-health-threshold", "1")
            .With(broker, broker == Pod.Redis ? [("processingTimeout", "1000"), ("redeliverInterval", "200")] : []).Subscribe(broker, _topic).StartAsync();
        await pod.Sidecar.PublishNumberAsync(broker, _topic, 1);
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count == 1, "delivery");
        await pod.TurnAsync(healthy: false);
        var sent = await pod.PublishUntilNothingIsDeliveredAsync(broker, _topic, 1);
        await pod.Sidecar.PublishNumberAsync(broker, _topic, ++sent);
        await Eventually.NeverAsync(() => pod.App.Received("/events").Any(call => call.Number >= sent - 1), TimeSpan.FromSeconds(0.5), "an event for an unhealthy app");
        pod.App.Healthy = true;

        // What was in hand when the subscription ended may come twice.
        await Eventually.IsTrueAsync(
            () => pod.App.Received("/events").Select(call => call.Number).Distinct().Order().SequenceEqual(Enumerable.Range(1, sent)), "nothing is lost");
    }

    [Fact]
    public async Task Programmatic_subscriptions_are_asked_for_and_beat_declarative_ones()
    {
        var own = Brokers.NewTopic("a");
        await using var pod = Pod.Create().With(Pod.Redis).Subscribe(Pod.Redis, _topic, "/declared").Subscribe(Pod.Redis, own, "/own");
        pod.App.Subscriptions =
            $$$"""[{"pubsubname":"{{{Pod.Redis}}}","topic":"{{{_topic}}}","routes":{"rules":[{"match":"event.type == \"special\"","path":"/special"}],"default":"/programmed"}}]""";
        await pod.StartAsync();
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic, 1);
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic, 2, "?metadata.cloudevent.type=special");
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, own, 3);
        await Eventually.IsTrueAsync(
            () => pod.App.Received("/programmed").Count == 1 && pod.App.Received("/special").Count == 1 && pod.App.Received("/own").Count == 1, "each by its route");
        Assert.Empty(pod.App.Received("/declared"));
        var types = (await pod.Sidecar.ListedAsync("subscriptions")).Select(item => item["type"]!.GetValue<string>()).Order();
        Assert.Equal(["DECLARATIVE", "PROGRAMMATIC"], types);
    }

    [Fact]
    public async Task Both_tokens_are_demanded_and_sent()
    {
        await using var pod = Pod.Create().With(Pod.Redis).Subscribe(Pod.Redis, _topic);
        pod.Sidecar.With("DAPR_API_TOKEN", "in").With("APP_API_TOKEN", "out");
        await pod.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await pod.Sidecar.PublishAsync(Pod.Redis, _topic, "{}"));
        Assert.True(await pod.Sidecar.HealthyAsync($"{pod.Sidecar.Api}/v1.0/healthz"));
        Assert.Contains(Pod.Redis, await pod.Sidecar.LoadedAsync());
        pod.Sidecar.Http.DefaultRequestHeaders.Add("dapr-api-token", "in");
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic, 1);
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count == 1, "delivery");
        Assert.Equal("out", pod.App.Received("/events")[0].Headers["dapr-api-token"]);
        Assert.Equal("out", pod.App.Received("/dapr/subscribe")[0].Headers["dapr-api-token"]);
    }

    [Fact]
    public async Task Metadata_has_daprs_shape_and_takes_attributes()
    {
        await using var pod = await Pod.Create("--enable-app-health-check", "--app-health-probe-interval", "1", "--app-health-threshold", "2")
            .With(Pod.Redis).Subscribe(Pod.Redis, _topic, deadLetter: "dead").StartAsync();
        using (var put = await pod.Sidecar.Http.PutAsync($"{pod.Sidecar.Api}/v1.0/metadata/colour", new StringContent("red", Encoding.UTF8)))
        {
            Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        }

        var json = await pod.Sidecar.MetadataAsync();
        Assert.Equal(pod.Sidecar.AppId, json["id"]!.GetValue<string>());
        Assert.Equal("1.18.3", json["runtimeVersion"]!.GetValue<string>());
        Assert.Equal("pubsub.redis", json["components"]![0]!["type"]!.GetValue<string>());
        Assert.Equal("dead", json["subscriptions"]![0]!["deadLetterTopic"]!.GetValue<string>());
        Assert.Equal("/events", json["subscriptions"]![0]!["rules"]![0]!["path"]!.GetValue<string>());
        Assert.Equal("red", json["extended"]!["colour"]!.GetValue<string>());
        Assert.Equal(TestApp.Port, json["appConnectionProperties"]!["port"]!.GetValue<int>());
        Assert.Equal("1s", json["appConnectionProperties"]!["health"]!["healthProbeInterval"]!.GetValue<string>());
        Assert.Equal(2, json["appConnectionProperties"]!["health"]!["healthThreshold"]!.GetValue<int>());
        using var publish = await pod.Sidecar.Http.PostAsync($"{pod.Sidecar.Public}/v1.0/publish/{Pod.Redis}/{_topic}", null);
        Assert.Equal(HttpStatusCode.NotFound, publish.StatusCode);
    }

    [Fact]
    public async Task Metrics_have_daprs_names_and_labels()
    {
        await using var pod = await Pod.Create().With(Pod.Redis).Subscribe(Pod.Redis, _topic).StartAsync();
        pod.App.Handler = call => Task.FromResult(call.Number == 1 ? AppReply.Ok : AppReply.With("DROP"));
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic, 1);
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic, 2);
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count == 2, "both");
        var app = pod.Sidecar.AppId;
        var labels = $"{{app_id=\"{app}\",component=\"{Pod.Redis}\",namespace=\"\"";
        await Eventually.IsTrueAsync(
            async () => (await pod.Sidecar.MetricsAsync()).Contains(
                $"dapr_component_pubsub_ingress_count{labels},process_status=\"drop\",status=\"success\",topic=\"{_topic}\"}} 1\n", StringComparison.Ordinal),
            "a drop that the app asked for");
        var metrics = await pod.Sidecar.MetricsAsync();
        Assert.Contains($"dapr_component_pubsub_ingress_count{labels},process_status=\"success\",status=\"success\",topic=\"{_topic}\"}} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"dapr_component_pubsub_egress_count{labels},success=\"true\",topic=\"{_topic}\"}} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("dapr_component_pubsub_ingress_latencies_bucket{", metrics, StringComparison.Ordinal);
        Assert.Contains($"dapr_runtime_component_loaded{{app_id=\"{app}\"}} 1\n", metrics, StringComparison.Ordinal);
    }
}
