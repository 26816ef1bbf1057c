using System.Collections.Concurrent;
using Confluent.Kafka;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>A consumer that is polled by a task of its own and commits after each message, as a service would.</summary>
internal sealed class PollingConsumer : IAsyncDisposable
{
    private readonly IConsumer<string, string> _consumer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _polling;

    public PollingConsumer(string address, string group, string topic, ConcurrentQueue<string> received, Action<ConsumerConfig>? with = null)
    {
        _consumer = Client.Consumer(address, group, with);
        _consumer.Subscribe(topic);
        _polling = Task.Factory.StartNew(() => Poll(received), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Partitions assigned at the moment.</summary>
    public int Partitions { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _polling;
        _stop.Dispose();
    }

    private void Poll(ConcurrentQueue<string> received)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var result = _consumer.Consume(TimeSpan.FromMilliseconds(50));
                Partitions = _consumer.Assignment.Count;
                if (result is not null)
                {
                    received.Enqueue(result.Message.Value);
                    _consumer.Commit(result);
                }
            }
            catch (KafkaException retried)
            {
                // A rebalance or an outage: the message comes again.
                _ = retried;
            }
        }

        _consumer.Close();
        _consumer.Dispose();
    }
}
