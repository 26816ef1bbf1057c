using Todo.Operator.Preflight;
using Todo.Operator.Preflight.Brokers;
using Todo.Operator.Preflight.Wire.Kafka;

namespace Todo.Operator.Tests.Preflight;

/// <summary>Answers that the broker of this machine never gives: it knows no permissions and always leads.</summary>
public sealed class KafkaAnswersTests
{
    [Fact]
    public void A_topic_that_this_login_may_not_use() => Assert.Equal(
        CheckResult.Failed("kafka-topics/task-events", "The login may not use topic task-events: give it Read, Write and Describe (kafka-acls.sh --add)."),
        Judge(KafkaError.TopicForbidden, 0));

    [Fact]
    public void A_topic_with_partitions_that_nobody_leads() => Assert.Equal(
        CheckResult.Failed("kafka-topics/task-events", "Partition 1, 2 of topic task-events has no leader: nothing can be sent to it. Bring its brokers back."),
        Judge(KafkaError.None, 1, -1, -1));

    [Fact]
    public void A_topic_that_has_no_leader_as_a_whole() => Assert.Equal(
        CheckResult.Failed("kafka-topics/task-events", "Topic task-events has no leader: nothing can be sent to it. Bring its brokers back."),
        Judge(KafkaError.LeaderNotAvailable));

    [Fact]
    public void An_error_that_nobody_has_thought_of_is_told_by_its_number() => Assert.Equal(
        CheckResult.Failed("kafka-topics/task-events", "Kafka answers error 42 about topic task-events."),
        Judge((KafkaError)42, 1));

    [Fact]
    public void A_group_that_this_login_may_not_use() => Assert.Equal(
        CheckResult.Failed("consumer-group/todo", "The login may not use group todo: give it Read and Describe on the group (kafka-acls.sh --add)."),
        ConsumerGroupCheck.Refused("consumer-group/todo", "todo", KafkaError.GroupForbidden));

    [Fact]
    public void A_group_whose_coordinator_is_not_there_yet() => Assert.Equal(
        CheckResult.Unknown("consumer-group/todo", "Kafka has no answer about group todo yet (error 15)."),
        ConsumerGroupCheck.Refused("consumer-group/todo", "todo", KafkaError.CoordinatorNotAvailable));

    private static CheckResult Judge(KafkaError error, params int[] leaders) =>
        KafkaTopicsCheck.Judge(new KafkaTopic("task-events", error, [.. leaders.Select((l, i) => new KafkaPartition(i, KafkaError.None, l))]));
}
