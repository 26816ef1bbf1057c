using System.Net;
using LocalCluster.Sidecar.Tests.Support;

namespace LocalCluster.Sidecar.Tests.Delivery;

/// <summary>What happens when sidecars or apps are away, and how replicas share the work.</summary>
public sealed class RedeliveryTests
{
    private readonly string _topic = Brokers.NewTopic("d");

    [Fact]
    public async Task Redis_hands_out_again_what_a_killed_sidecar_had_in_flight()
    {
        var release = new TaskCompletionSource();
        await using var pod = await Pod.Create().With(Pod.Redis, ("processingTimeout", "1000"), ("redeliverInterval", "200"))
            .Subscribe(Pod.Redis, _topic).StartAsync();
        pod.App.Handler = async _ =>
        {
            await release.Task;
            return AppReply.Ok;
        };
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic, 1);
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count == 1, "in flight");
        pod.Sidecar.Process.KillNow();
        await pod.Sidecar.Process.ExitAsync();
        release.SetResult();
        await pod.Sidecar.StartAsync();
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count == 2, "delivered again");
    }

    [Fact]
    public async Task Redis_reads_redeliver_interval_only_as_bare_milliseconds()
    {
        var busy = new TaskCompletionSource();
        await using var pod = await Pod.Create().With(Pod.Redis, ("processingTimeout", "500ms"), ("redeliverInterval", "1s"))
            .Subscribe(Pod.Redis, _topic).StartAsync();
        pod.App.Handler = async _ =>
        {
            await busy.Task;
            return AppReply.Ok;
        };
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic, 1);
        // "1s" is ignored: the default of 15 s holds.
        await Eventually.NeverAsync(() => pod.App.Received("/events").Count > 1, TimeSpan.FromSeconds(3), "a redelivery");
        busy.SetResult();
    }

    [Fact]
    public async Task Redis_keeps_a_message_whose_retries_outlast_the_processing_timeout()
    {
        await using var pod = Pod.Create().With(Pod.Redis, ("processingTimeout", "500"), ("redeliverInterval", "200")).Subscribe(Pod.Redis, _topic);
        pod.Sidecar.Put("retries", Resource.Resiliency(Pod.Redis, "300ms", 3));
        pod.App.Handler = _ => Task.FromResult(new AppReply(500));
        await pod.StartAsync();
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic, 1);
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count > 8, "tried again and again");
        pod.App.Handler = _ => Task.FromResult(AppReply.Ok);
        await using var redis = await Brokers.OpenRedisAsync();
        await Eventually.IsTrueAsync(
            async () => (await redis.SendAsync(["XPENDING", _topic, pod.Sidecar.AppId])).Items[0].Integer == 0, "acknowledged in the end");
    }

    [Fact]
    public async Task Redis_stops_publishing_when_subscriptions_use_up_the_pool()
    {
        await using var pod = Pod.Create().With(Pod.Redis, ("poolSize", "3"));
        await pod.StartAsync();
        pod.Subscribe(Pod.Redis, _topic + "1").Subscribe(Pod.Redis, _topic + "2");
        await Eventually.IsTrueAsync(async () => (await pod.Sidecar.ListedAsync("subscriptions")).Count == 2, "two subscriptions");
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic + "1", 1);
        pod.Subscribe(Pod.Redis, _topic + "3");
        await Eventually.IsTrueAsync(
            async () => await pod.Sidecar.PublishAsync(Pod.Redis, _topic + "1", "{}") == HttpStatusCode.InternalServerError, "publishing fails");
    }

    [Fact]
    public async Task Redis_keeps_the_connection_of_a_subscription_that_has_ended_until_its_topic_has_a_message()
    {
        Assert.SkipWhen(Daprd.IsOurs, "The local sidecar gives the connection back at once.");
        await using var pod = await Pod.Create().With(Pod.Redis, ("poolSize", "3"), ("processingTimeout", "1000"), ("redeliverInterval", "200"))
            .Subscribe(Pod.Redis, _topic, "/1").StartAsync();
        await using var redis = await Brokers.OpenRedisAsync();
        await redis.SendAsync(["XADD", _topic, "*", "data", """{"data":{"n":1}}"""]);
        await Eventually.IsTrueAsync(() => pod.App.Received("/1").Count == 1, "it is subscribed");
        for (var edit = 2; edit <= 3; edit++)
        {
            var before = pod.Sidecar.Process.Said("Subscription updated");
            pod.Subscribe(Pod.Redis, _topic, $"/{edit}");
            await Eventually.IsTrueAsync(() => pod.Sidecar.Process.Said("Subscription updated") > before, "the edit is taken");
        }

        // To another topic: a message of this one would give a connection back.
        await Eventually.IsTrueAsync(
            async () => await pod.Sidecar.PublishAsync(Pod.Redis, _topic + "-other", "{}") == HttpStatusCode.InternalServerError, "no connection is left to publish with");

        // Each read that was left behind takes a message, hands it to nobody, and gives its connection back.
        for (var n = 2; n <= 4; n++)
        {
            await redis.SendAsync(["XADD", _topic, "*", "data", $$$"""{"data":{"n":{{{n}}}}}"""]);
        }

        await Eventually.IsTrueAsync(
            () => pod.App.Received("/3").Select(call => call.Number).Distinct().Order().SequenceEqual([2, 3, 4]), "nothing is lost");
        Assert.Equal(HttpStatusCode.NoContent, await pod.Sidecar.PublishAsync(Pod.Redis, _topic, """{"n":5}"""));
    }

    [Fact]
    public async Task A_timeout_of_the_policy_ends_an_attempt()
    {
        await using var pod = Pod.Create().With(Pod.Redis).Subscribe(Pod.Redis, _topic);
        pod.Sidecar.Put("retries", Resource.Resiliency(Pod.Redis, "100ms", 5, timeout: "300ms"));
        var first = true;
        pod.App.Handler = async _ =>
        {
            if (first)
            {
                first = false;
                await Task.Delay(Timeout.Infinite);
            }

            return AppReply.Ok;
        };
        await pod.StartAsync();
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic, 1);
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count == 2, "a second attempt");
    }

    [Theory]
    [InlineData(Pod.Redis)]
    [InlineData(Pod.Kafka)]
    public async Task An_unexpected_error_of_the_sidecar_costs_neither_the_message_nor_the_worker(string broker)
    {
        Assert.SkipUnless(Daprd.IsOurs, "Dapr reads such a text as an unknown status.");

        // One worker for all messages, where there would be several.
        (string, string)[] metadata = broker == Pod.Redis ? [("concurrency", "1"), ("processingTimeout", "1000"), ("redeliverInterval", "200")] : [];
        await using var pod = await Pod.Create().With(broker, metadata).Subscribe(broker, _topic).StartAsync();
        // Half a surrogate pair: JSON that can be parsed, with a text that cannot be read.
        pod.App.Handler = call => Task.FromResult(
            call.Number == 1 && pod.App.Received("/events").Count == 1 ? new AppReply(200, """{"status":"\ud800"}""") : AppReply.Ok);
        await pod.Sidecar.PublishNumberAsync(broker, _topic, 1, "?metadata.partitionKey=k");
        await pod.Sidecar.PublishNumberAsync(broker, _topic, 2, "?metadata.partitionKey=k");
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count(call => call.Number == 1) == 2, "message 1 comes again");
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Any(call => call.Number == 2), "and so does the next one");
        Assert.Contains("unexpected error in the delivery", pod.Sidecar.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kafka_is_consumed_by_a_new_client_when_one_has_failed_for_good()
    {
        await using var pod = await Pod.Create().With(Pod.Kafka, ("heartbeatInterval", "300ms")).Subscribe(Pod.Kafka, _topic).StartAsync();
        await pod.Sidecar.PublishNumberAsync(Pod.Kafka, _topic, 1);
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count == 1, "delivery");
        Brokers.Kafka.Faults.Fence(pod.Sidecar.AppId);
        await Eventually.IsTrueAsync(() => !Brokers.Kafka.Faults.IsFenced(pod.Sidecar.AppId), "the heartbeat is refused");
        await pod.Sidecar.PublishNumberAsync(Pod.Kafka, _topic, 2);
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Any(call => call.Number == 2), "delivery after it");
    }

    [Fact]
    public async Task Kafka_keeps_the_order_of_a_key_and_commits_what_was_handled()
    {
        await using var pod = await Pod.Create().With(Pod.Kafka).Subscribe(Pod.Kafka, _topic).StartAsync();
        for (var n = 1; n <= 20; n++)
        {
            await pod.Sidecar.PublishNumberAsync(Pod.Kafka, _topic, n, "?metadata.partitionKey=k");
        }

        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count == 20, "all");
        Assert.Equal(Enumerable.Range(1, 20), pod.App.Received("/events").Select(call => call.Number));
        Assert.Equal(0, await pod.Sidecar.StopAsync());
        await pod.Sidecar.StartAsync();
        await pod.Sidecar.PublishNumberAsync(Pod.Kafka, _topic, 21, "?metadata.partitionKey=k");
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count == 21, "only the new one");
        Assert.Equal(21, pod.App.Received("/events")[^1].Number);
    }

    [Fact]
    public async Task Kafka_divides_the_partitions_among_replicas_and_loses_nothing_when_one_leaves_or_dies()
    {
        var app = Brokers.NewTopic("app");
        await using var first = Pod.Create(app, []).With(Pod.Kafka, ("sessionTimeout", "6s"), ("heartbeatInterval", "500ms")).Subscribe(Pod.Kafka, _topic);
        await using var second = Pod.Create(app, []).With(Pod.Kafka, ("sessionTimeout", "6s"), ("heartbeatInterval", "500ms")).Subscribe(Pod.Kafka, _topic);
        await first.StartAsync();
        await second.StartAsync();
        IEnumerable<int> Numbers() => first.App.Received("/events").Concat(second.App.Received("/events")).Select(call => call.Number);
        var published = 0;
        await Eventually.IsTrueAsync(
            async () =>
            {
                await first.Sidecar.PublishNumberAsync(Pod.Kafka, _topic, ++published, $"?metadata.partitionKey={published}");
                return first.App.Received("/events").Count > 2 && second.App.Received("/events").Count > 2;
            },
            "both work");
        second.Sidecar.Process.KillNow();
        for (var i = 0; i < 10; i++)
        {
            await first.Sidecar.PublishNumberAsync(Pod.Kafka, _topic, ++published, $"?metadata.partitionKey={published}");
        }

        await Eventually.IsTrueAsync(() => Numbers().Distinct().Count() == published, "all are handled by somebody");
    }

    [Fact]
    public async Task Kafka_loses_nothing_while_the_app_is_down_and_redis_does()
    {
        await using var pod = await Pod.Create().With(Pod.Kafka).With(Pod.Redis).Subscribe(Pod.Kafka, _topic + "k", "/k").Subscribe(Pod.Redis, _topic + "r", "/r").StartAsync();
        await pod.App.StopAsync();
        await pod.Sidecar.PublishNumberAsync(Pod.Kafka, _topic + "k", 1);
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic + "r", 1);
        await Eventually.IsTrueAsync(async () => await pod.Sidecar.MetricAsync("ingress_count", _topic + "r", "retry") > 0, "Redis has tried once");
        await pod.App.StartAsync();
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic + "r", 2);
        await Eventually.IsTrueAsync(() => pod.App.Received("/k").Count == 1 && pod.App.Received("/r").Count == 1, "one of each");
        Assert.Equal(2, pod.App.Received("/r")[0].Number);
    }
}
