using System.Net;
using System.Text;
using LocalCluster.Sidecar.Tests.Support;

namespace LocalCluster.Sidecar.Tests.Publishing;

/// <summary>What a publish call says beside its body, and what is counted of it.</summary>
public sealed class PublishMetadataTests
{
    private readonly string _topic = Brokers.NewTopic("m");

    [Fact]
    public async Task A_partition_number_picks_the_partition_and_a_header_in_its_place_does_nothing()
    {
        await using var pod = await Pod.Create().With(Pod.Kafka).Subscribe(Pod.Kafka, _topic).StartAsync();
        for (var n = 0; n < 6; n++)
        {
            await pod.Sidecar.PublishNumberAsync(Pod.Kafka, _topic, n, $"?metadata.partitionNumber={n % 2}");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"{pod.Sidecar.Api}/v1.0/publish/{Pod.Kafka}/{_topic}");
        request.Headers.Add("ce-partitionKey", "k");
        request.Headers.Add("metadata.partitionKey", "k");
        request.Content = new StringContent("""{"n":6}""", Encoding.UTF8, "application/json");
        using var response = await pod.Sidecar.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);

        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count == 7, "all arrive");
        var calls = pod.App.Received("/events").ToDictionary(call => call.Number);
        for (var n = 0; n < 6; n++)
        {
            Assert.Equal((n % 2).ToString(System.Globalization.CultureInfo.InvariantCulture), calls[n].Headers["__partition"]);
        }

        Assert.False(calls[6].Headers.ContainsKey("__key"));
    }

    [Fact]
    public async Task A_publish_to_a_component_that_is_not_there_is_counted_as_a_request_only()
    {
        await using var pod = await Pod.Create().StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, await pod.Sidecar.PublishAsync("nosuch", _topic, "{}"));
        await Eventually.IsTrueAsync(
            async () => await pod.Sidecar.MetricAsync("dapr_http_server_request_count", "publish", "status=\"404\"") == 1, "the request is counted");
        Assert.DoesNotContain("egress", await pod.Sidecar.MetricsAsync(), StringComparison.Ordinal);
    }
}
