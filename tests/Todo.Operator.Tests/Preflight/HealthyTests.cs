using Todo.Operator.Preflight;
using Todo.Operator.Tests.Cluster;

namespace Todo.Operator.Tests.Preflight;

public sealed class HealthyTests(TestBackends backends)
{
    [Theory]
    [InlineData("kafka")]
    [InlineData("redis")]
    public async Task A_healthy_platform_has_nothing_to_complain_about(string broker)
    {
        await using var world = await PreflightWorld.StartAsync(backends, broker);
        Assert.Empty(await world.ComplaintsAsync());
    }

    [Fact]
    public async Task Away_from_Dapr_only_what_concerns_the_services_is_asked()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        foreach (var part in ControlPlane.Parts)
        {
            ControlPlane.Remove(world.Api, part);
        }

        world.Spec["useDapr"] = false;
        var results = await world.CheckAsync();
        Assert.All(results, r => Assert.Equal(CheckOutcome.Passed, r.Outcome));
        Assert.Contains(results, r => r is { Name: "dapr", Message: "Not needed for direct-kafka." });
    }
}
