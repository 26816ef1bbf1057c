using System.Net;
using LocalCluster.Sidecar.Tests.Support;

namespace LocalCluster.Sidecar.Tests.Reload;

/// <summary>Changes that end the sidecar, that it does not see, or that do another thing than they seem to.</summary>
public sealed class ReloadTrapTests
{
    private readonly string _topic = Brokers.NewTopic("t");

    [Fact]
    public async Task A_subscription_added_live_to_a_key_of_another_type_ends_the_process()
    {
        await using var redis = await Brokers.OpenRedisAsync();
        await redis.SendAsync(["SET", _topic, "no stream"]);
        await using var pod = await Pod.Create().With(Pod.Redis).StartAsync();
        pod.Subscribe(Pod.Redis, _topic);
        Assert.Equal(1, await pod.Sidecar.Process.ExitAsync());
        Assert.Contains("WRONGTYPE", pod.Sidecar.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_at_the_start_is_only_tried_again()
    {
        await using var redis = await Brokers.OpenRedisAsync();
        await redis.SendAsync(["SET", _topic, "no stream"]);
        await using var pod = await Pod.Create().With(Pod.Redis).Subscribe(Pod.Redis, _topic).StartAsync();
        await redis.SendAsync(["DEL", _topic]);
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic, 1);
        await Eventually.IsTrueAsync(() => pod.App.Received("/events").Count == 1, "delivery once it can");
    }

    [Theory]
    [InlineData("scheduler.etcd", "v1")]
    [InlineData("pubsub.redis", "v7")]
    public async Task A_component_of_a_type_that_does_not_exist_ends_a_new_sidecar(string type, string version)
    {
        await using var sidecar = new Daprd("fresh");
        sidecar.Put("odd", Resource.Component("odd", type, version, [("endpoints", "nowhere")])).Launch();
        Assert.Equal(1, await sidecar.Process.ExitAsync());
        Assert.Contains(type, sidecar.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_live_component_may_change_its_type_and_what_it_takes_then_goes_to_the_other_broker()
    {
        await using var pod = await Pod.Create().With(Pod.Redis).StartAsync();
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic, 1);
        pod.Sidecar.Put(Pod.Redis, Resource.Kafka(Pod.Redis));
        await Eventually.IsTrueAsync(
            async () => (await pod.Sidecar.ListedAsync("components")).Any(item => item["type"]!.GetValue<string>() == "pubsub.kafka"), "the other type");
        await pod.Sidecar.PublishNumberAsync(Pod.Redis, _topic, 2);
        await using var redis = await Brokers.OpenRedisAsync();
        Assert.Equal(1, (await redis.SendAsync(["XLEN", _topic])).Integer);
        Assert.Equal(1, Brokers.Kafka.Topics().Single(topic => topic.Name == _topic).Partitions.Sum(partition => partition.EndOffset));
    }

    [Fact]
    public async Task With_hot_reload_off_nothing_is_seen_before_a_restart()
    {
        var configuration = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                configuration,
                "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: { name: c }\nspec: { features: [ { name: HotReload, enabled: false } ] }\n",
                TestContext.Current.CancellationToken);
            await using var pod = await Pod.Create("--config", configuration).With(Pod.Redis).StartAsync();
            pod.With(Pod.Kafka);
            pod.Sidecar.Remove(Pod.Redis);
            await Eventually.NeverAsync(
                () => pod.Sidecar.Process.Output.Contains("Component unloaded", StringComparison.Ordinal), TimeSpan.FromSeconds(1), "a change that is seen");
            Assert.Equal([Pod.Redis], await pod.Sidecar.LoadedAsync());
            Assert.Equal(HttpStatusCode.NoContent, await pod.Sidecar.PublishAsync(Pod.Redis, _topic, "{}"));
            Assert.Equal(0, await pod.Sidecar.StopAsync());
            await pod.Sidecar.StartAsync();
            Assert.Equal([Pod.Kafka], await pod.Sidecar.LoadedAsync());
        }
        finally
        {
            File.Delete(configuration);
        }
    }
}
