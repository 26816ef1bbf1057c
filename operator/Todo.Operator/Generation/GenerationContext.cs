using System.Text.Json.Nodes;
using Todo.Operator.Decisions;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Generation;

/// <summary>What is generated from: the spec, and who owns the result.</summary>
/// <param name="Spec">The spec.</param>
/// <param name="Namespace">Namespace of the platform and of everything generated.</param>
/// <param name="Name">Name of the platform.</param>
/// <param name="Uid">Its uid, for owner references.</param>
public sealed record GenerationContext(TodoPlatformSpec Spec, string Namespace, string Name, string Uid)
{
    /// <summary>Names of the generated objects.</summary>
    public Names Names { get; init; } = new(Name);

    /// <summary>The brokers that are known, and which of them the spec names.</summary>
    public BrokerEndpoints Endpoints { get; init; } = BrokerEndpoints.Of(Spec);

    /// <summary>All known brokers, the usual ones first.</summary>
    public IEnumerable<Broker> Brokers => Endpoints.Known.Keys;

    /// <summary>The services.</summary>
    public IReadOnlyList<AppDefinition> Apps { get; } = PlatformTopology.Of(Spec);

    /// <summary>The topic to which the sidecar sends what a consumer refuses for good.</summary>
    public string DeadLetterTopic(AppDefinition app) => $"{Spec.Delivery.DeadLetterTopic}.{app.AppId}";

    /// <summary>Topics of an app's Subscriptions over one broker: what it consumes, and its own dead letters.</summary>
    public IReadOnlyList<string> SubscribedTopics(AppDefinition app) => app.IsConsumer ? [.. app.Consumes, DeadLetterTopic(app)] : [];
}

/// <summary>An object as it shall be.</summary>
/// <param name="Key">What it is for.</param>
/// <param name="Manifest">All of it; equal specs give equal bytes.</param>
public sealed record GeneratedObject(GeneratedKey Key, JsonObject Manifest);
