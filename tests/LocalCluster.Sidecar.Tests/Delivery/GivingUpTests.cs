using LocalCluster.Sidecar.Tests.Support;

namespace LocalCluster.Sidecar.Tests.Delivery;

/// <summary>Messages that end without having been handled, and those that come under another name than they went.</summary>
public sealed class GivingUpTests
{
    private readonly string _topic = Brokers.NewTopic("g");

    [Theory]
    [InlineData("backOffMaxRetries", "1", 2)]
    [InlineData("consumeRetryEnabled", "false", 1)]
    public async Task Kafka_skips_a_failing_message_when_its_own_retries_end(string name, string value, int attempts)
    {
        await using var pod = Pod.Create().With(Pod.Kafka, (name, value)).Subscribe(Pod.Kafka, _topic);
        pod.App.Handler = call => Task.FromResult(call.Number == 1 ? new AppReply(500) : AppReply.Ok);
        await pod.StartAsync();
        await pod.Sidecar.PublishNumberAsync(Pod.Kafka, _topic, 1, "?metadata.partitionKey=k");
        await pod.Sidecar.PublishNumberAsync(Pod.Kafka, _topic, 2, "?metadata.partitionKey=k");
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Any(call => call.Number == 2), "the next one comes");
        Assert.Equal(attempts, pod.App.Received("/events").Count(call => call.Number == 1));

        // The later offset is committed: the one that was skipped is lost.
        Assert.Equal(0, await pod.Sidecar.StopAsync());
        await pod.Sidecar.StartAsync();
        await pod.Sidecar.PublishNumberAsync(Pod.Kafka, _topic, 3, "?metadata.partitionKey=k");
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Any(call => call.Number == 3), "the one after the restart comes");
        Assert.Equal(attempts, pod.App.Received("/events").Count(call => call.Number == 1));
    }

    [Fact]
    public async Task Redis_may_dead_letter_a_message_twice_when_its_retries_outlast_the_processing_timeout()
    {
        await using var pod = Pod.Create().With(Pod.Redis, ("processingTimeout", "500"), ("redeliverInterval", "200"))
            .Subscribe(Pod.Redis, _topic, deadLetter: _topic + "-dlq");
        pod.Sidecar.Put("retries", Resource.Resiliency(Pod.Redis, "300ms", 8));
        pod.App.Handler = _ => Task.FromResult(new AppReply(500));
        await pod.StartAsync();
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic, 1);
        await using var redis = await Brokers.OpenRedisAsync();
        await Eventually.IsTrueAsync(
            async () => (await redis.SendAsync(["XLEN", _topic + "-dlq"])).Integer >= 2, "more than one copy of the one message");
        await Eventually.IsTrueAsync(
            async () => (await redis.SendAsync(["XPENDING", _topic, pod.Sidecar.AppId])).Items[0].Integer == 0, "and it is acknowledged");
    }

    [Theory]
    [InlineData(Pod.Redis)]
    [InlineData(Pod.Kafka)]
    public async Task What_no_rule_matches_is_dead_lettered(string broker)
    {
        await using var pod = Pod.Create().With(broker).Subscribe(broker, _topic + "-dlq", "/dead");
        pod.App.Subscriptions =
            $$$"""[{"pubsubname":"{{{broker}}}","topic":"{{{_topic}}}","deadLetterTopic":"{{{_topic}}}-dlq","routes":{"rules":[{"match":"event.type == \"known\"","path":"/known"}]}}]""";
        await pod.StartAsync();
        await pod.Sidecar.PublishNumberAsync(broker, _topic, 1);
        await pod.Sidecar.PublishNumberAsync(broker, _topic, 2, "?metadata.cloudevent.type=known");
        await Eventually.IsTrueAsync(
            () => pod.App.Received("/known").Select(call => call.Number).SequenceEqual([2]) && pod.App.Received("/dead").Select(call => call.Number).SequenceEqual([1]),
            "each on its way");
    }

    [Fact]
    public async Task A_subscription_with_raw_payload_gives_the_same_message_a_new_id_at_each_delivery()
    {
        await using var pod = Pod.Create().With(Pod.Kafka).Subscribe(Pod.Kafka, _topic, extra: "  metadata:\n    rawPayload: \"true\"\n");
        pod.App.Handler = _ => Task.FromResult(new AppReply(pod.App.Received("/events").Count == 1 ? 500 : 200));
        await pod.StartAsync();
        await pod.Sidecar.PublishAsync(Pod.Kafka, _topic, "[1,2]", "?metadata.rawPayload=true");
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count == 2, "a second delivery");
        var (first, second) = (pod.App.Received("/events")[0].Json, pod.App.Received("/events")[1].Json);
        Assert.Equal(Convert.ToBase64String("[1,2]"u8), first["data_base64"]!.GetValue<string>());
        Assert.Equal(first["data_base64"]!.GetValue<string>(), second["data_base64"]!.GetValue<string>());
        Assert.NotEqual(first["id"]!.GetValue<string>(), second["id"]!.GetValue<string>());
    }
}
