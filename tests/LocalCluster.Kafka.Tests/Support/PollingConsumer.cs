using System.Collections.Concurrent;
using Confluent.Kafka;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>A consumer that is polled by a thread of its own and commits what it has taken, as a service would.</summary>
internal sealed class PollingConsumer : IAsyncDisposable
{
    /// <summary>At most so many messages to one commit.</summary>
    private const int Batch = 50;

    private readonly IConsumer<string, string> _consumer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _polling;
    private volatile string _doing = "starting";

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
        var ended = await Task.WhenAny(_polling, Task.Delay(Deadlines.Patience));
        Assert.True(ended == _polling, $"The consumer is still {_doing}.");
        await _polling;
        _stop.Dispose();
    }

    private void Poll(ConcurrentQueue<string> received)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _doing = "consuming";
                var taken = Take(received);
                Partitions = _consumer.Assignment.Count;
                if (taken > 0)
                {
                    _doing = "committing";
                    _consumer.Commit();
                }
            }
            catch (KafkaException retried)
            {
                // A rebalance or an outage: what was not committed comes again, or goes with the next commit.
                _ = retried;
            }
        }

        _doing = "closing";
        _consumer.Close();
        _doing = "disposing";
        _consumer.Dispose();
    }

    /// <summary>Waits for one message, and takes what has come with it.</summary>
    private int Take(ConcurrentQueue<string> received)
    {
        var taken = 0;
        for (var wait = TimeSpan.FromMilliseconds(50); taken < Batch && _consumer.Consume(wait) is { } result; wait = TimeSpan.Zero)
        {
            received.Enqueue(result.Message.Value);
            taken++;
        }

        return taken;
    }
}
