using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Sidecar.Tests.Support;

namespace LocalCluster.Sidecar.Tests.Publishing;

/// <summary>Publish calls: codes, envelope, raw payload, metadata.</summary>
public sealed class PublishTests : IClassFixture<PublishTests.Fixture>
{
    private readonly string _topic = Brokers.NewTopic("p");
    private readonly Pod _pod;

    public PublishTests(Fixture fixture) => _pod = fixture.Pod;

    private string RedisTopic => SubscribedOn(Pod.Redis);

    private string KafkaTopic => SubscribedOn(Pod.Kafka);

    [Fact]
    public async Task A_json_body_is_wrapped_into_the_envelope_that_dapr_writes()
    {
        Assert.Equal(HttpStatusCode.NoContent, await _pod.Sidecar.PublishAsync(Pod.Redis, RedisTopic, """{"a":1}"""));
        var call = await OneAsync();
        var json = call.Json.AsObject();
        Assert.Equal(
            ["data", "datacontenttype", "id", "pubsubname", "source", "specversion", "time", "topic", "traceid", "traceparent", "tracestate", "type"],
            json.Select(field => field.Key));
        Assert.Equal(1, json["data"]!["a"]!.GetValue<int>());
        Assert.Equal("application/json", Text(json, "datacontenttype"));
        Assert.Equal(Pod.Redis, Text(json, "pubsubname"));
        Assert.Equal(_pod.Sidecar.AppId, Text(json, "source"));
        Assert.Equal("1.0", Text(json, "specversion"));
        Assert.Equal(RedisTopic, Text(json, "topic"));
        Assert.Equal("com.dapr.event.sent", Text(json, "type"));
        Assert.Equal("", Text(json, "traceparent"));
        Assert.True(Guid.TryParse(Text(json, "id"), out _));
        Assert.Equal("application/cloudevents+json", call.Headers["Content-Type"]);
        Assert.Equal("00-00000000000000000000000000000000-0000000000000000-00", call.Headers["traceparent"]);
    }

    [Fact]
    public async Task Without_a_content_type_the_data_is_a_string()
    {
        using var content = new ByteArrayContent("""{"a":1}"""u8.ToArray());
        using var response = await _pod.Sidecar.Http.PostAsync($"{_pod.Sidecar.Api}/v1.0/publish/{Pod.Redis}/{RedisTopic}", content);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        var json = (await OneAsync()).Json;
        Assert.Equal("""{"a":1}""", Text(json, "data"));
        Assert.Equal("text/plain", Text(json, "datacontenttype"));
    }

    [Fact]
    public async Task Text_that_is_labelled_json_and_is_not_travels_as_a_string()
    {
        await _pod.Sidecar.PublishAsync(Pod.Redis, RedisTopic, "notjson");
        Assert.Equal("notjson", Text((await OneAsync()).Json, "data"));
    }

    [Fact]
    public async Task Bytes_travel_as_data_base64()
    {
        await _pod.Sidecar.PublishAsync(Pod.Redis, RedisTopic, "abc", contentType: "application/octet-stream");
        Assert.Equal(Convert.ToBase64String("abc"u8), Text((await OneAsync()).Json, "data_base64"));
    }

    [Fact]
    public async Task Raw_payload_is_stored_and_delivered_byte_for_byte()
    {
        await _pod.Sidecar.PublishAsync(Pod.Kafka, KafkaTopic, """{"b": [1, 2]}""", "?metadata.rawPayload=true");
        var call = await OneAsync();
        Assert.Equal("""{"b": [1, 2]}""", call.Body);
        Assert.Equal("true", call.Headers["rawPayload"]);
        Assert.Equal("application/cloudevents+json", call.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Cloudevent_metadata_overrides_the_envelope_and_arrives_as_headers()
    {
        await _pod.Sidecar.PublishAsync(Pod.Kafka, KafkaTopic, "{}", "?metadata.cloudevent.id=x1&metadata.cloudevent.type=t1&metadata.partitionKey=k4");
        var call = await OneAsync();
        Assert.Equal("x1", Text(call.Json, "id"));
        Assert.Equal("t1", Text(call.Json, "type"));
        Assert.Equal("x1", call.Headers["cloudevent.id"]);
        Assert.Equal("k4", call.Headers["partitionKey"]);
        Assert.Equal("k4", call.Headers["__key"]);
        Assert.Equal(KafkaTopic, call.Headers["__topic"]);
        Assert.True(call.Headers.ContainsKey("__offset") && call.Headers.ContainsKey("__partition") && call.Headers.ContainsKey("__timestamp"));
    }

    [Fact]
    public async Task A_cloudevent_keeps_its_own_fields_but_topic_and_pubsubname()
    {
        const string Event = """{"specversion":"1.0","id":"own","source":"mine","type":"t","topic":"other","pubsubname":"other","ext":5,"data":{"n":1}}""";
        await _pod.Sidecar.PublishAsync(Pod.Redis, RedisTopic, Event, contentType: "application/cloudevents+json");
        var json = (await OneAsync()).Json;
        Assert.Equal("own", Text(json, "id"));
        Assert.Equal("mine", Text(json, "source"));
        Assert.Equal(5, json["ext"]!.GetValue<int>());
        Assert.Equal(RedisTopic, Text(json, "topic"));
        Assert.Equal(Pod.Redis, Text(json, "pubsubname"));
    }

    [Fact]
    public async Task An_expired_event_is_dropped_by_the_subscriber()
    {
        await _pod.Sidecar.PublishAsync(
            Pod.Redis, RedisTopic, """{"specversion":"1.0","id":"1","expiration":"2020-01-01T00:00:00Z","data":{"n":1}}""", contentType: "application/cloudevents+json");
        await _pod.Sidecar.PublishNumberAsync(Pod.Redis, RedisTopic, 2, "?metadata.ttlInSeconds=60");
        var call = await OneAsync();
        Assert.Equal(2, call.Number);
        Assert.NotNull(call.Json["expiration"]);
        Assert.Equal(1, await _pod.Sidecar.MetricAsync("ingress_count", _topic, "process_status=\"drop\"", "status=\"drop\""));
    }

    [Fact]
    public async Task An_incoming_traceparent_is_passed_on()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_pod.Sidecar.Api}/v1.0/publish/{Pod.Redis}/{RedisTopic}");
        request.Headers.Add("traceparent", Trace);
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await _pod.Sidecar.Http.SendAsync(request);
        var call = await OneAsync();
        Assert.Equal(Trace, Text(call.Json, "traceparent"));
        Assert.Equal(Trace, call.Headers["traceparent"]);
    }

    [Theory]
    [InlineData("publish/nosuch/t", "{}", "application/json", 404, "ERR_PUBSUB_NOT_FOUND")]
    [InlineData("publish/rps/", "{}", "application/json", 404, "ERR_DIRECT_INVOKE")]
    [InlineData("publish/rps/t?metadata.rawPayload=maybe", "{}", "application/json", 400, "ERR_PUBSUB_REQUEST_METADATA")]
    [InlineData("publish/rps/t", "{broken", "application/cloudevents+json", 500, "ERR_PUBSUB_CLOUD_EVENTS_SER")]
    [InlineData("publish/bulk/rps/t", """[{"entryId":"1","event":{}},{"entryId":"1","event":{}}]""", "application/json", 400, "ERR_PUBSUB_EVENTS_SER")]
    [InlineData("nothing/here", "{}", "application/json", 404, "ERR_DIRECT_INVOKE")]
    public async Task Errors_have_daprs_codes(string path, string body, string contentType, int status, string code)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await _pod.Sidecar.Http.PostAsync($"{_pod.Sidecar.Api}/v1.0/{path}", content);
        Assert.Equal(status, (int)response.StatusCode);
        var json = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(code, Text(json, "errorCode"));
        Assert.NotEqual("", Text(json, "message"));
    }

    [Fact]
    public async Task A_body_of_more_than_4_MiB_is_refused_as_if_by_the_broker()
    {
        // Little enough over the limit for Dapr's server to read the rest before it closes the connection.
        using var content = new ByteArrayContent(new byte[(4 << 20) + (64 << 10)]);
        using var response = await _pod.Sidecar.Http.PostAsync($"{_pod.Sidecar.Api}/v1.0/publish/{Pod.Redis}/{_topic}", content);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("ERR_PUBSUB_PUBLISH_MESSAGE", Text(JsonNode.Parse(await response.Content.ReadAsStringAsync())!, "errorCode"));
        Assert.Equal(HttpStatusCode.NoContent, await _pod.Sidecar.PublishAsync(Pod.Redis, _topic, $"\"{new string('x', (4 << 20) - 2)}\""));
    }

    [Fact]
    public async Task Bulk_publish_stores_every_entry()
    {
        using var content = new StringContent(
            """[{"entryId":"1","event":{"n":1},"contentType":"application/json"},{"entryId":"2","event":{"n":2},"contentType":"application/json"}]""",
            Encoding.UTF8,
            "application/json");
        using var response = await _pod.Sidecar.Http.PostAsync($"{_pod.Sidecar.Api}/v1.0/publish/bulk/{Pod.Redis}/{RedisTopic}", content);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        await Eventually.IsTrueAsync(() => Received.Select(call => call.Number).Order().SequenceEqual([1, 2]), "both arrive");
    }

    [Fact]
    public async Task A_plain_json_object_of_a_direct_producer_arrives_unwrapped_and_unchanged()
    {
        await using var redis = await Brokers.OpenRedisAsync();
        await redis.SendAsync(["XADD", RedisTopic, "*", "data", """{"plain": true}"""]);
        Assert.Equal("""{"plain": true}""", (await OneAsync()).Body);
    }

    [Theory]
    [InlineData("[1,2]")]
    [InlineData("\"text\"")]
    [InlineData("junk")]
    public async Task Redis_acknowledges_what_is_no_json_object_and_so_loses_it(string data)
    {
        await using var redis = await Brokers.OpenRedisAsync();
        var topic = RedisTopic;
        await redis.SendAsync(["XADD", topic, "*", "data", data]);
        await redis.SendAsync(["XADD", topic, "*", "nodata", data]);
        await _pod.Sidecar.PublishNumberAsync(Pod.Redis, RedisTopic, 1);
        await OneAsync();
        await Eventually.IsTrueAsync(
            async () => (await redis.SendAsync(["XPENDING", RedisTopic, _pod.Sidecar.AppId])).Items[0].Integer == 0, "nothing stays pending");
        Assert.Single(Received);
        Assert.Equal(2, await _pod.Sidecar.MetricAsync("ingress_count", _topic, "process_status=\"retry\"", "status=\"retry\""));
    }

    [Fact]
    public async Task Kafka_is_blocked_for_ever_by_what_is_no_json_object()
    {
        await _pod.Sidecar.PublishAsync(Pod.Kafka, KafkaTopic, "[1]", "?metadata.rawPayload=true&metadata.partitionKey=k");
        await _pod.Sidecar.PublishNumberAsync(Pod.Kafka, KafkaTopic, 2, "?metadata.partitionKey=k");
        await Eventually.IsTrueAsync(
            async () => await _pod.Sidecar.MetricAsync("ingress_count", _topic, "process_status=\"retry\"") > 2, "it is tried again and again");
        Assert.Empty(Received);
    }

    private static string Text(JsonNode json, string name) => json[name]!.GetValue<string>();

    private IReadOnlyList<AppCall> Received => _pod.App.Received("/" + _topic);

    /// <summary>Subscribes, live, the first time: what was published before is delivered as well.</summary>
    private string SubscribedOn(string broker)
    {
        _pod.Subscribe(broker, _topic, "/" + _topic);
        return _topic;
    }

    private async Task<AppCall> OneAsync()
    {
        await Eventually.IsTrueAsync(() => Received.Count > 0, "a call");
        return Assert.Single(Received);
    }

    /// <summary>One pod for all tests of the class.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal Pod Pod { get; } = Pod.Create().With(Pod.Redis, ("poolSize", "60")).With(Pod.Kafka);

        public async ValueTask InitializeAsync() => await Pod.StartAsync();

        public ValueTask DisposeAsync() => Pod.DisposeAsync();
    }
}
