using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Todo.Contracts;
using Todo.Messaging.Consuming;
using Todo.Messaging.Hosting;

namespace Todo.Messaging.Transports.Kafka;

/// <summary>
/// Creates the platform's topics with their documented partitions and retention where that is allowed, before anything would create them by default with
/// other ones. Only for pods that use Kafka directly: with Dapr, topics are the operator's and the broker's.
/// </summary>
internal sealed partial class KafkaTopics(
    ServiceOptions options, Dispatcher dispatcher, DirectKafkaTransport transport, TimeProvider time, ILogger<KafkaTopics> log) : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _ensured = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the topics exist, or creating them is not this client's to do.</summary>
    public Task Ensured => _ensured.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.UseDapr && !options.ConsumeDirect)
        {
            _ensured.TrySetResult();
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            if (await TryCreateAsync())
            {
                _ensured.TrySetResult();
                if (!options.UseDapr)
                {
                    await Task.Run(() => transport.Warm(Timeout), stoppingToken);
                }

                return;
            }

            await Task.Delay(RetryInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Partitions and retention are those of the system being replaced.</summary>
    internal static IReadOnlyList<TopicSpecification> Specifications(string? deadLetterTopic)
    {
        List<TopicSpecification> topics =
        [
            Topic(Topics.TaskEvents, 3, TimeSpan.FromDays(7)),
            Topic(Topics.TaskReminders, 1, TimeSpan.FromDays(1)),
            Topic(Topics.TaskRecurrence, 1, TimeSpan.FromDays(7)),
        ];
        if (deadLetterTopic is not null)
        {
            topics.Add(Topic(deadLetterTopic, 3, TimeSpan.FromDays(14)));
        }

        return topics;
    }

    private static TopicSpecification Topic(string name, int partitions, TimeSpan retention) => new()
    {
        Name = name,
        NumPartitions = partitions,
        ReplicationFactor = -1,
        Configs = new() { ["retention.ms"] = ((long)retention.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture) },
    };

    private async Task<bool> TryCreateAsync()
    {
        using var admin = new AdminClientBuilder(KafkaSettings.Admin(options))
            .SetErrorHandler((_, _) => { })
            .SetLogHandler((_, _) => { })
            .Build();
        try
        {
            var wanted = Specifications(dispatcher.Topics.Count > 0 ? options.Delivery.DeadLetterTopicOf(options.AppId) : null);
            var existing = (await Task.Run(() => admin.GetMetadata(Timeout))).Topics.ConvertAll(x => x.Topic);
            var missing = wanted.Where(x => !existing.Contains(x.Name)).ToList();
            if (missing.Count > 0)
            {
                await admin.CreateTopicsAsync(missing, new() { RequestTimeout = Timeout, OperationTimeout = Timeout });
                Created(log, string.Join(", ", missing.Select(x => x.Name)));
            }

            return true;
        }
        catch (CreateTopicsException e)
        {
            var failed = e.Results.FindAll(x => x.Error.IsError && x.Error.Code != ErrorCode.TopicAlreadyExists);
            // What the broker refuses it will refuse again; whoever owns it creates the topics.
            failed.ForEach(x => NotCreated(log, x.Topic, x.Error.Reason));
            return failed.TrueForAll(x => !IsTransient(x.Error));
        }
        catch (KafkaException e)
        {
            Waiting(log, options.Kafka.BootstrapServers, e.Error.Reason);
            return !IsTransient(e.Error);
        }
    }

    private static bool IsTransient(Error error) =>
        error.IsLocalError || error.Code is ErrorCode.NotController or ErrorCode.RequestTimedOut or ErrorCode.LeaderNotAvailable or ErrorCode.BrokerNotAvailable;

    [LoggerMessage(Level = LogLevel.Information, Message = "Created topics {Topics}")]
    private static partial void Created(ILogger logger, string topics);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Topic {Topic} was not created: {Reason}")]
    private static partial void NotCreated(ILogger logger, string topic, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for Kafka at {Servers}: {Reason}")]
    private static partial void Waiting(ILogger logger, string servers, string reason);
}
