using Todo.Operator.Tests.Cluster;

namespace Todo.Operator.Tests.Preflight;

/// <summary>Whether another address leads to another Redis.</summary>
public sealed class RedisIdentityTests(TestBackends backends)
{
    private const string RunId = "run_id:";

    [Fact]
    public async Task The_same_Redis_by_another_address() => Assert.Equal(
        $"endpoint/redis Failed: spec.redis.host leads to the same Redis as {backends.RedisEndpoint}, by other addresses, and its consumer groups cannot listen twice. Move to Kafka first, change it, then move back.",
        await SayAsync(line => line));

    [Fact]
    public async Task A_Redis_that_does_not_say_which_one_it_is() => Assert.Equal(
        $"endpoint/redis Warning: Whether spec.redis.host leads to another broker than {backends.RedisEndpoint} could not be asked (one of them tells no run id). What is open there is sent again over the new one.",
        await SayAsync(_ => string.Empty));

    [Fact]
    public async Task Another_Redis_than_the_one_in_use() => Assert.Equal(
        $"endpoint/redis Passed: Another Redis than {backends.RedisEndpoint}, which is drained.",
        await SayAsync(_ => RunId + "another"));

    private async Task<string> SayAsync(Func<string, string> runId)
    {
        await using var world = await PreflightWorld.StartAsync(backends, "redis");
        await using var other = new AlteredRedis(
            backends.RedisEndpoint, info => string.Join("\r\n", info.Split("\r\n").Select(l => l.StartsWith(RunId, StringComparison.Ordinal) ? runId(l) : l)));
        world.Spec["redis"]!["host"] = other.Address;
        world.Present = backends.RedisEndpoint.ToString();
        return (await world.CheckAsync()).Where(r => r.Name == "endpoint/redis").Select(r => $"{r.Name} {r.Outcome}: {r.Message}").Single();
    }
}
