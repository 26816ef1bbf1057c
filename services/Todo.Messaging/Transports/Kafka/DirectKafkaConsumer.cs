using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Todo.Messaging.Consuming;
using Todo.Messaging.Hosting;

namespace Todo.Messaging.Transports.Kafka;

/// <summary>
/// The service's own consumer: one member of the app's group, which it may share with sidecars. Offsets are committed after events were handled;
/// at a rebalance what runs is finished and committed before the partition goes.
/// </summary>
internal sealed partial class DirectKafkaConsumer(
    ServiceOptions options, ServiceState state, Dispatcher dispatcher, KafkaTopics topics, TimeProvider time, ILogger<DirectKafkaConsumer> log)
    : BackgroundService
{
    private const int MostQueued = 400;

    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan StoreInterval = TimeSpan.FromMilliseconds(20);

    // Rebalances wait for the next poll, so not for long.
    private static readonly TimeSpan WaitForRoom = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LongestWaitForRoom = TimeSpan.FromSeconds(2);

    private readonly Dictionary<TopicPartition, AssignedPartition> _assigned = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.ConsumeDirect || dispatcher.Topics.Count == 0)
        {
            return;
        }

        // Leaves the group at SIGTERM already, not after the last request: its partitions are handled elsewhere the sooner.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, state.Draining);
        try
        {
            await state.Started.WaitAsync(stop.Token);
            await topics.Ensured.WaitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        var workers = new KafkaWorkers(dispatcher, time);
        await using (workers)
        {
            await Task.Factory.StartNew(() => Run(workers, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private void Run(KafkaWorkers workers, CancellationToken stop)
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(KafkaSettings.Consumer(options))
            .SetPartitionsAssignedHandler((_, partitions) => Assign(partitions))
            .SetPartitionsRevokedHandler((c, partitions) => Revoke(c, partitions.ConvertAll(x => x.TopicPartition), commit: true))
            .SetPartitionsLostHandler((c, partitions) => Revoke(c, partitions.ConvertAll(x => x.TopicPartition), commit: false))
            .SetErrorHandler((_, error) => Unreachable(log, error.Reason))
            .SetLogHandler((_, message) => Native(log, message.Facility, message.Message))
            .Build();
        consumer.Subscribe(dispatcher.Topics);
        var stored = time.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var record = consumer.Consume(PollTime);
                if (record is not null && _assigned.TryGetValue(record.TopicPartition, out var partition))
                {
                    workers.Enqueue(partition, record);
                }
            }
            catch (ConsumeException e)
            {
                // Topics that do not exist yet and the like; librdkafka goes on by itself.
                Unreachable(log, e.Error.Reason);
            }

            if (time.GetElapsedTime(stored) >= StoreInterval)
            {
                StorePositions(consumer);
                stored = time.GetTimestamp();
            }

            Throttle(workers);
        }

        // Calls the revocation handler, which waits for what runs and commits it.
        consumer.Close();
    }

    private void Assign(List<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            _assigned[partition] = new AssignedPartition(partition);
        }

        Assigned(log, string.Join(", ", partitions));
    }

    private void Revoke(IConsumer<string, byte[]> consumer, List<TopicPartition> partitions, bool commit)
    {
        var gone = partitions.FindAll(_assigned.ContainsKey).ConvertAll(x => _assigned[x]);
        // Blocks the poll loop, within the time the group allows for a rebalance.
        var allEnded = Task.WhenAll(gone.ConvertAll(x => x.RevokeAsync())).Wait(options.Delivery.HandlerTimeout);
        if (!allEnded)
        {
            StillRunning(log, string.Join(", ", partitions));
        }

        if (commit)
        {
            StorePositions(consumer);
            Commit(consumer);
        }

        foreach (var partition in gone)
        {
            _assigned.Remove(partition.Partition);
            if (allEnded)
            {
                partition.Dispose();
            }
        }

        Revoked(log, string.Join(", ", partitions));
    }

    private void StorePositions(IConsumer<string, byte[]> consumer)
    {
        foreach (var partition in _assigned.Values)
        {
            if (partition.TakePosition() is { } position)
            {
                try
                {
                    consumer.StoreOffset(position);
                }
                catch (KafkaException e)
                {
                    NotCommitted(log, position.ToString(), e.Error.Reason);
                }
            }
        }
    }

    private void Commit(IConsumer<string, byte[]> consumer)
    {
        try
        {
            consumer.Commit();
        }
        catch (KafkaException e) when (e.Error.Code == ErrorCode.Local_NoOffset)
        {
            // Nothing was handled since the last commit.
        }
        catch (KafkaException e)
        {
            NotCommitted(log, "at a rebalance", e.Error.Reason);
        }
    }

    // While handlers stand still a record is taken now and then all the same, ever more seldom: a member that does not poll holds up every rebalance and is expelled
    // in the end. Pausing partitions is no way: librdkafka keeps them paused through a rebalance, and a call that comes in the midst of one may never return.
    private static void Throttle(KafkaWorkers workers)
    {
        if (workers.Queued is >= MostQueued and var queued)
        {
            var wait = WaitForRoom * queued / MostQueued;
            workers.WaitForRoom(MostQueued, wait < LongestWaitForRoom ? wait : LongestWaitForRoom);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Direct Kafka consumer was assigned {Partitions}")]
    private static partial void Assigned(ILogger logger, string partitions);

    [LoggerMessage(Level = LogLevel.Information, Message = "Direct Kafka consumer gave up {Partitions}")]
    private static partial void Revoked(ILogger logger, string partitions);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Handlers of {Partitions} outlast the rebalance; their events may arrive again elsewhere")]
    private static partial void StillRunning(ILogger logger, string partitions);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Offsets were not committed ({What}): {Reason}; the events arrive again")]
    private static partial void NotCommitted(ILogger logger, string what, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Direct Kafka consumer: {Reason}")]
    private static partial void Unreachable(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "librdkafka consumer {Facility}: {Text}")]
    private static partial void Native(ILogger logger, string facility, string text);
}
