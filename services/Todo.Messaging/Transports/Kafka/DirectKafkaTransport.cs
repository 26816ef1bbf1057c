using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Todo.Contracts;
using Todo.Contracts.CloudEvents;
using Todo.Messaging.Hosting;
using Todo.Messaging.Publishing;

namespace Todo.Messaging.Transports.Kafka;

/// <summary>The service's own producer: idempotent, acknowledged by all replicas, kept for the life of the process.</summary>
internal sealed partial class DirectKafkaTransport(ServiceOptions options, TimeProvider time, ILogger<DirectKafkaTransport> log) : ITransport, IDisposable
{
    private static readonly byte[] ContentType = Encoding.UTF8.GetBytes(CloudEvent.ContentType + "; charset=UTF-8");

    private readonly Lock _lock = new();
    private IProducer<string, byte[]>? _producer;
    private volatile bool _broken;

    public string Name => TransportNames.DirectKafka;

    // An absent broker is waited for by librdkafka, up to the publish timeout.
    public ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);

    /// <summary>Connects and fetches metadata, so that the first event does not pay for it. Blocks until then, for at most <paramref name="timeout"/>.</summary>
    public void Warm(TimeSpan timeout)
    {
        try
        {
            using var admin = new DependentAdminClientBuilder(Producer().Handle).Build();
            admin.GetMetadata(timeout);
        }
        catch (KafkaException e)
        {
            Unreachable(log, e.Error.Reason);
        }
    }

    /// <summary>Asks the broker for its metadata. Blocks for at most <paramref name="timeout"/>.</summary>
    /// <returns>Null when it answers.</returns>
    public string? Problem(TimeSpan timeout)
    {
        try
        {
            using var admin = new DependentAdminClientBuilder(Producer().Handle).Build();
            admin.GetMetadata(timeout);
            return null;
        }
        catch (KafkaException e)
        {
            return e.Error.Reason;
        }
    }

    public async Task<SendResult[]> SendAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
    {
        var producer = Producer();
        var started = time.GetTimestamp();
        var pending = new Task<Error>[events.Count];
        for (var i = 0; i < events.Count; i++)
        {
            pending[i] = ProduceAsync(producer, events[i]);
        }

        await ((Task)Task.WhenAll(pending)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Array.ConvertAll(pending, x => new SendResult(started, x.IsCompletedSuccessfully ? ErrorOf(x.Result) : "not acknowledged before the end"));
    }

    public void Dispose()
    {
        // Every send was awaited, so there is nothing to flush.
        _producer?.Dispose();
    }

    private string? ErrorOf(Error error)
    {
        _broken |= error.IsFatal;
        return error.IsError ? error.Reason : null;
    }

    private static Task<Error> ProduceAsync(IProducer<string, byte[]> producer, OutboxEvent value)
    {
        var done = new TaskCompletionSource<Error>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            producer.Produce(
                value.Topic,
                new Message<string, byte[]> { Key = value.Key, Value = value.ToBytes(), Headers = [new Header("content-type", ContentType)] },
                report => done.TrySetResult(report.Error));
        }
        catch (ProduceException<string, byte[]> e)
        {
            done.SetResult(e.Error);
        }

        return done.Task;
    }

    private IProducer<string, byte[]> Producer()
    {
        lock (_lock)
        {
            if (_broken)
            {
                // After a fatal error an idempotent producer never sends again.
                _producer?.Dispose();
                _producer = null;
                _broken = false;
            }

            return _producer ??= new ProducerBuilder<string, byte[]>(KafkaSettings.Producer(options))
                .SetErrorHandler((_, error) =>
                {
                    _broken |= error.IsFatal;
                    Unreachable(log, error.Reason);
                })
                .SetLogHandler((_, message) => Native(log, message.Facility, message.Message))
                .Build();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka producer: {Reason}")]
    private static partial void Unreachable(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "librdkafka producer {Facility}: {Text}")]
    private static partial void Native(ILogger logger, string facility, string text);
}
