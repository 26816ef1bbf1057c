using Confluent.Kafka;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Observation;

/// <summary>A member of a consumer group that reads and says nothing.</summary>
internal sealed class GroupConsumer : IAsyncDisposable
{
    /// <summary>What each consumer's sidecar joins, in the order in which the groups are handed over.</summary>
    public static IReadOnlyList<(string Group, string[] Topics)> Sidecars { get; } =
    [
        ("recurring-task-service-group", [PlatformTopology.TaskRecurrence, "task-events-dlq.recurring-task-service"]),
        ("email-delivery-consumer-group", [PlatformTopology.TaskReminders, "task-events-dlq.email-delivery-service"]),
        ("notification-service-group", [PlatformTopology.TaskEvents, "task-events-dlq.notification-service"]),
    ];

    private readonly CancellationTokenSource _end = new();
    private readonly Task _reads;

    private GroupConsumer(IConsumer<Ignore, Ignore> consumer) => _reads = Task.Run(() => Read(consumer, _end.Token));

    /// <summary>Joins; it is a member some moments later.</summary>
    public static GroupConsumer Join(string servers, string group, params string[] topics)
    {
        var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
        {
            BootstrapServers = servers,
            GroupId = group,
            HeartbeatIntervalMs = 100,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range,
        }).Build();
        consumer.Subscribe(topics);
        return new GroupConsumer(consumer);
    }

    /// <summary>Leaves the group.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_end.IsCancellationRequested)
        {
            await _end.CancelAsync();
            await _reads;
        }
    }

    private static void Read(IConsumer<Ignore, Ignore> consumer, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            consumer.Consume(TimeSpan.FromMilliseconds(50));
        }

        consumer.Close();
        consumer.Dispose();
    }
}
