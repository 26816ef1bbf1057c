using Todo.Operator.Topology;

namespace Todo.Operator.Decisions;

/// <summary>Kinds of objects that the operator generates.</summary>
public enum GeneratedKind
{
    /// <summary>dapr.io/v1alpha1.</summary>
    Component,

    /// <summary>dapr.io/v2alpha1.</summary>
    Subscription,

    /// <summary>dapr.io/v1alpha1.</summary>
    Resiliency,

    /// <summary>dapr.io/v1alpha1.</summary>
    Configuration,
}

/// <summary>What a generated object is for, which decides when it may come and go.</summary>
/// <param name="Kind">Kind of object.</param>
/// <param name="Name">Its name.</param>
/// <param name="App">The app in whose scope it is.</param>
/// <param name="Broker">For pub/sub Components and Subscriptions: the broker. Null for the rest.</param>
/// <param name="Topic">For Subscriptions: the topic.</param>
public sealed record GeneratedKey(GeneratedKind Kind, string Name, ServiceId App, Broker? Broker = null, string? Topic = null)
{
    /// <summary>Whether a platform that has reached this goal needs it.</summary>
    public bool IsNeededFor(Goal goal) => goal.ThroughDapr(App) && (Broker is null || Broker == goal.Broker);
}

/// <summary>A generated object as it is in the cluster now.</summary>
/// <param name="Key">What it is for.</param>
/// <param name="Uid">Identity, for the precondition of a delete.</param>
/// <param name="ResourceVersion">The version that was seen, for the precondition of an apply and a delete.</param>
/// <param name="Current">Whether it is as it would be generated now.</param>
/// <param name="Deleting">It has a deletion timestamp.</param>
/// <param name="Owned">It goes when its platform goes.</param>
public sealed record ExistingObject(GeneratedKey Key, string Uid, string ResourceVersion, bool Current, bool Deleting, bool Owned);
