using System.Collections.Concurrent;
using Confluent.Kafka;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>A consumer that is polled by a task of its own and commits after each message, as a service would.</summary>
internal sealed class PollingConsumer : IAsyncDisposable
{
    private readonly IConsumer<string, string> _consumer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _polling;
    private volatile bool _leave = true;

    public PollingConsumer(string address, string group, string topic, ConcurrentQueue<string> received, Action<ConsumerConfig>? with = null)
    {
        _consumer = Client.Consumer(address, group, with);
        _consumer.Subscribe(topic);
        _polling = Task.Factory.StartNew(() => Poll(received), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Partitions assigned at the moment.</summary>
    public int Partitions { get; private set; }

    /// <summary>Stops polling and heartbeats without a word to the broker.</summary>
    public async Task VanishAsync()
    {
        _leave = false;
        await DisposeAsync();
    }

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

        if (_leave)
        {
            _consumer.Close();
        }

        _consumer.Dispose();
    }
}
