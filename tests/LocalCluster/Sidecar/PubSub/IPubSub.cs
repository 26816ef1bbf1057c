using LocalCluster.Sidecar.Resources;

namespace LocalCluster.Sidecar.PubSub;

/// <summary>A message on its way to the broker.</summary>
/// <param name="Topic">Topic or stream.</param>
/// <param name="Data">The bytes to store.</param>
/// <param name="ContentType">Content type of <paramref name="Data"/>.</param>
/// <param name="Metadata">Query metadata of the publish call, stored beside the data.</param>
internal sealed record OutgoingMessage(string Topic, ReadOnlyMemory<byte> Data, string ContentType, IReadOnlyDictionary<string, string> Metadata);

/// <summary>A message from the broker, with what the broker knows about it.</summary>
internal sealed record IncomingMessage(string Topic, ReadOnlyMemory<byte> Data, IReadOnlyDictionary<string, string> Metadata);

/// <summary>What became of a delivery.</summary>
internal enum DeliveryOutcome
{
    /// <summary>Handled, dropped or in the dead-letter topic: acknowledge it.</summary>
    Done,

    /// <summary>The app did not take it and no dead-letter topic did: the broker component decides.</summary>
    Failed,

    /// <summary>The subscription is closing: neither acknowledge nor refuse it, the broker will hand it out again.</summary>
    Abandoned,
}

/// <summary>Delivers one message. <paramref name="handBack"/> fires when the broker takes the message away (a rebalance): no further attempt then.</summary>
internal delegate Task<DeliveryOutcome> MessageHandler(IncomingMessage message, CancellationToken handBack);

/// <summary>A pub/sub component.</summary>
internal interface IPubSub : IAsyncDisposable
{
    /// <summary>Stores the message; returns when the broker has acknowledged it.</summary>
    /// <exception cref="PubSubException">The broker refused it or did not answer.</exception>
    Task PublishAsync(OutgoingMessage message, CancellationToken cancellation);

    /// <summary>Starts handing the topic's messages to <paramref name="handler"/>.</summary>
    /// <exception cref="PubSubException">The broker refuses the subscription.</exception>
    Task<ITopicFeed> SubscribeAsync(SubscriptionSpec subscription, MessageHandler handler, CancellationToken cancellation);
}

/// <summary>A running subscription inside a component. <see cref="IAsyncDisposable.DisposeAsync"/> releases it at the broker.</summary>
internal interface ITopicFeed : IAsyncDisposable
{
    /// <summary>Hands out no further message. Messages already with the handler go on.</summary>
    void Stop();

    /// <summary>At a shutdown with <c>block-shutdown-duration</c>: takes no more from the broker and, where the component can, still delivers what it has fetched.</summary>
    Task DrainAsync(CancellationToken cancellation);
}

/// <summary>The broker refused or did not answer.</summary>
internal sealed class PubSubException : Exception
{
    public PubSubException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
