using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Decisions;

public sealed class GoalTests
{
    [Fact]
    public void A_goal_survives_status()
    {
        var hybrid = Goal.Of(useDapr: true, Broker.Kafka, PlatformTopology.Of(new TodoPlatformSpec { Services = new ServicesSpec { Notification = new ServiceSpec { UseDapr = false } } }));
        foreach (var goal in new[] { Goal.Direct, Goal.Dapr(Broker.Kafka), Goal.Dapr(Broker.Redis), hybrid })
        {
            Assert.Equal(goal, Goal.Parse(goal.ToString()));
        }

        Assert.Equal("dapr-kafka+direct:Notification", hybrid.ToString());
        Assert.Null(Goal.Parse("dapr-nats"));
    }

    [Fact]
    public void Without_Dapr_the_broker_is_Kafka() =>
        Assert.Equal(Goal.Direct, Goal.Of(useDapr: false, Broker.Redis, PlatformTopology.Of(new TodoPlatformSpec())));
}
