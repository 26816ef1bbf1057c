using System.Text.Json.Nodes;
using Todo.Operator.Tests.Cluster;

namespace Todo.Operator.Tests.Preflight;

/// <summary>Where the services' own client has come to, which is where Dapr goes on.</summary>
public sealed class ConsumerGroupTests(TestBackends backends)
{
    [Fact]
    public async Task A_group_without_offsets_on_a_topic_that_is_not_empty()
    {
        await using var broker = await backends.StartKafkaAsync(TestBackends.TopicsWithout());
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Spec["kafka"]!["brokers"] = new JsonArray(broker.BootstrapServers);
        await KafkaRecords.ProduceAsync(broker, "task-recurrence", partition: 0, DateTimeOffset.UtcNow.AddHours(-3), count: 2);
        Assert.Equal(
            [
                "consumer-group/recurring-task-service-group Failed: Group recurring-task-service-group has no committed offsets on task-recurrence, which holds 2 events, the oldest 3 hours old. "
                + "If the service's own client has another group, name it in spec.kafka.consumerGroups.recurringTask; else set spec.kafka.initialOffset: oldest handles them all, newest none.",
            ],
            await world.ComplaintsAsync());

        // Somebody has decided.
        world.Spec["kafka"]!["initialOffset"] = "oldest";
        Assert.Equal(
            [
                "consumer-group/recurring-task-service-group Warning: Group recurring-task-service-group has no committed offsets on task-recurrence (2 events, the oldest 3 hours old); "
                + "spec.kafka.initialOffset: oldest decides about them.",
            ],
            await world.ComplaintsAsync());

        // Or the group has come somewhere.
        world.Spec["kafka"]!.AsObject().Remove("initialOffset");
        await KafkaRecords.CommitAsync(broker, "recurring-task-service-group", "task-recurrence", partition: 0, offset: 2);
        Assert.Empty(await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_group_with_offsets_in_one_partition_only()
    {
        await using var broker = await backends.StartKafkaAsync(TestBackends.TopicsWithout());
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Spec["kafka"]!["brokers"] = new JsonArray(broker.BootstrapServers);
        await KafkaRecords.ProduceAsync(broker, "task-events", partition: 0, DateTimeOffset.UtcNow.AddHours(-9), count: 1);
        await KafkaRecords.ProduceAsync(broker, "task-events", partition: 2, DateTimeOffset.UtcNow.AddHours(-3), count: 2);
        await KafkaRecords.CommitAsync(broker, "notification-service-group", "task-events", partition: 0, offset: 1);
        Assert.Equal(
            [
                "consumer-group/notification-service-group Failed: Group notification-service-group has no committed offsets on partition 2 of task-events, which holds 2 events, the oldest 3 hours old. "
                + "If the service's own client has another group, name it in spec.kafka.consumerGroups.notification; else set spec.kafka.initialOffset: oldest handles them all, newest none.",
            ],
            await world.ComplaintsAsync());

        await KafkaRecords.CommitAsync(broker, "notification-service-group", "task-events", partition: 2, offset: 0);
        Assert.Empty(await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_partition_whose_extent_is_not_told_is_no_empty_one()
    {
        await using var broker = await backends.StartKafkaAsync(TestBackends.TopicsWithout());
        await using var world = await PreflightWorld.StartAsync(backends);

        // The answer to ListOffsets for one partition ends with error (16 bits), time and offset (64 each).
        await using var front = new AuthenticatingKafka(broker.EndPoint)
        {
            NamesItself = true,
            Alter = (key, answer) => key == 2 && answer.AsSpan().IndexOf("task-recurrence"u8) >= 0 ? [.. answer[..^18], 0, 6, .. Enumerable.Repeat((byte)255, 16)] : answer,
        };
        world.Spec["kafka"]!["brokers"] = new JsonArray(front.Address);
        await KafkaRecords.ProduceAsync(broker, "task-recurrence", partition: 0, DateTimeOffset.UtcNow.AddHours(-3), count: 2);
        Assert.Equal(
            [$"consumer-group/recurring-task-service-group Unknown: {front.Address} does not tell what partition 0 of topic task-recurrence holds (error 6)."],
            await world.ComplaintsAsync());
    }

    [Theory]
    [InlineData(-5 * 24 * 60, 1, "1 event, the oldest 5 days old", null)]
    [InlineData(-5 * 24 * 60, 2, "2 events, the oldest 5 days old", "newest")]
    [InlineData(-30, 1, "1 event, the oldest 30 minutes old", null)]
    [InlineData(-1, 1, "1 event, the oldest less than 2 minutes old", null)]
    public async Task How_old_the_oldest_event_is(int minutes, int count, string events, string? initialOffset)
    {
        await using var broker = await backends.StartKafkaAsync(TestBackends.TopicsWithout());
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Spec["kafka"]!["brokers"] = new JsonArray(broker.BootstrapServers);
        world.Spec["kafka"]!["initialOffset"] = initialOffset;
        await KafkaRecords.ProduceAsync(broker, "task-recurrence", partition: 0, DateTimeOffset.UtcNow.AddMinutes(minutes), count);
        const string Group = "consumer-group/recurring-task-service-group";
        Assert.Equal(
            [
                initialOffset is null
                    ? $"{Group} Failed: Group recurring-task-service-group has no committed offsets on task-recurrence, which holds {events}. If the service's own client has another group, "
                        + "name it in spec.kafka.consumerGroups.recurringTask; else set spec.kafka.initialOffset: oldest handles them all, newest none."
                    : $"{Group} Warning: Group recurring-task-service-group has no committed offsets on task-recurrence ({events}); spec.kafka.initialOffset: newest decides about them.",
            ],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_group_that_has_only_just_begun_is_waited_for()
    {
        await using var broker = await backends.StartKafkaAsync(TestBackends.TopicsWithout());
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Spec["kafka"]!["brokers"] = new JsonArray(broker.BootstrapServers);
        await KafkaRecords.ProduceAsync(broker, "task-events", partition: 2, DateTimeOffset.UtcNow.AddSeconds(5), count: 1);
        Assert.Equal(
            ["consumer-group/notification-service-group Unknown: Group notification-service-group has not committed an offset on task-events yet (1 event, the oldest less than 2 minutes old)."],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task Events_whose_age_nobody_tells()
    {
        await using var broker = await backends.StartKafkaAsync(TestBackends.TopicsWithout());
        await using var world = await PreflightWorld.StartAsync(backends);
        await using var front = new AuthenticatingKafka(broker.EndPoint)
        {
            NamesItself = true,
            Alter = (key, answer) => key == 2 && answer.AsSpan().IndexOf("task-recurrence"u8) >= 0 ? [.. answer[..^16], .. Enumerable.Repeat((byte)255, 8), .. answer[^8..]] : answer,
        };
        world.Spec["kafka"]!["brokers"] = new JsonArray(front.Address);
        await KafkaRecords.ProduceAsync(broker, "task-recurrence", partition: 0, DateTimeOffset.UtcNow, count: 2);
        Assert.Equal(
            [
                "consumer-group/recurring-task-service-group Failed: Group recurring-task-service-group has no committed offsets on task-recurrence, which holds 2 events. "
                + "If the service's own client has another group, name it in spec.kafka.consumerGroups.recurringTask; else set spec.kafka.initialOffset: oldest handles them all, newest none.",
            ],
            await world.ComplaintsAsync());
    }
}
