using Microsoft.Extensions.DependencyInjection;
using Todo.Operator.Observation;
using Todo.Operator.Preflight.Brokers;
using Todo.Operator.Tests.Observation;

namespace Todo.Operator.Tests.Cluster;

/// <summary>The operator asks a real Kafka who listens, and believes it more than metadata and probes, which are simulated here and always good.</summary>
public sealed class MembershipTests(TestBackends backends) : ClusterTest(backends)
{
    private readonly TestBackends _backends = backends;

    [Fact]
    public async Task A_move_waits_for_those_who_do_not_listen_yet_and_goes_on_when_they_do()
    {
        await using var kafka = await _backends.StartKafkaAsync(TestBackends.TopicsWithout());
        await Cluster.StartOperatorAsync(membership: s => new BrokerMembership(s.GetRequiredService<BrokerAccess>()));
        await Cluster.ApplyAsync($$"""
            {"useDapr":true,"broker":"kafka","kafka":{"brokers":["{{kafka.BootstrapServers}}"]},
             "rollout":{"soak":"100ms","analysis":{"interval":"100ms"} },"drain":{"publishTimeout":"100ms","hold":"100ms"} }
            """);

        await Cluster.UntilAsync(p => p.Status?.Message == "recurring-task-service: consumer group recurring-task-service-group (Dead) has no member yet that is a sidecar.");
        Assert.Equal("true", await VariableAsync("recurring-service", "CONSUME_DIRECT"));

        // Its topics, without the dead letters: not a sidecar.
        await using (GroupConsumer.Join(kafka.BootstrapServers, GroupConsumer.Sidecars[0].Group, GroupConsumer.Sidecars[0].Topics[0]))
        {
            await Cluster.UntilAsync(p => p.Status?.Message == "recurring-task-service: consumer group recurring-task-service-group has no member yet that is a sidecar.");
        }

        List<GroupConsumer> sidecars = [.. GroupConsumer.Sidecars.Take(2).Select(s => GroupConsumer.Join(kafka.BootstrapServers, s.Group, s.Topics))];
        var platform = await Cluster.UntilAsync(p => p.Status?.Message == "notification-service: consumer group notification-service-group (Dead) has no member yet that is a sidecar.");
        Assert.Equal(("Consumers", "2/3"), (platform.Status!.Stage, platform.Status.Progress));
        Assert.Equal("false", await VariableAsync("email-delivery", "CONSUME_DIRECT"));

        sidecars.Add(GroupConsumer.Join(kafka.BootstrapServers, GroupConsumer.Sidecars[2].Group, GroupConsumer.Sidecars[2].Topics));
        await Cluster.UntilMigratedAsync("dapr-kafka");
        foreach (var sidecar in sidecars)
        {
            await sidecar.DisposeAsync();
        }
    }
}
