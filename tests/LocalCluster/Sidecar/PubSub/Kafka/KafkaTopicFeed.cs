namespace LocalCluster.Sidecar.PubSub.Kafka;

/// <summary>One topic of the component's group member.</summary>
internal sealed class KafkaTopicFeed(KafkaConsumer consumer, string topic, MessageHandler handler) : ITopicFeed
{
    private readonly CancellationTokenSource _stop = new();

    public string Topic => topic;

    public MessageHandler Handler => handler;

    public CancellationToken Stopped => _stop.Token;

    public void Stop() => _stop.Cancel();

    public Task DrainAsync(CancellationToken cancellation) => consumer.DrainAsync(topic, cancellation);

    /// <summary>
    /// Takes the topic off the group member by its name, as Dapr does. After an edit of a live Subscription the name already
    /// belongs to the new feed, which is then never consumed: a bug of Dapr (a race there, certain here) that users must know.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await consumer.RemoveAsync(topic);
    }
}
