using Todo.Operator.Tests.Simulation.Runs;

namespace Todo.Operator.Tests.Simulation;

/// <summary>A run can be repeated: else a failure could not be looked into.</summary>
[Collection(nameof(OnAllCores))]
public sealed class DeterminismTests
{
    [Theory]
    [InlineData("direct-kafka-to-dapr-redis:3:")]
    [InlineData("three-transports:4:CrashAfter@20,StaleLeader@60,Hidden@30")]
    [InlineData("handlers-fail:5:Stale@12,AnswerLost@9,Expired@70")]
    public void The_same_seed_and_faults_give_the_same_trace(string id)
    {
        var once = SimulatedRun.Play(RunId.Parse(id));
        var again = SimulatedRun.Play(RunId.Parse(id));
        Assert.True(once.Trace.Count > 50);
        Assert.Equal(once.Trace, again.Trace);
    }

    [Fact]
    public void Another_seed_takes_another_course() =>
        Assert.NotEqual(SimulatedRun.Play(RunId.Parse("dapr-kafka-to-dapr-redis:1:")).Trace, SimulatedRun.Play(RunId.Parse("dapr-kafka-to-dapr-redis:2:")).Trace);
}
