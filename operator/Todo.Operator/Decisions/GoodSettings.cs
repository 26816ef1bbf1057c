using Todo.Operator.Resource;

namespace Todo.Operator.Decisions;

/// <summary>What Dapr resources and sidecars are generated from, besides the brokers' endpoints: a reconfiguration that fails goes back to it.</summary>
/// <param name="StateStore">The state store.</param>
/// <param name="Tracing">Tracing.</param>
/// <param name="Delivery">Retries and time limits.</param>
/// <param name="Sidecar">Resources and shutdown of the sidecars.</param>
/// <param name="PublishTimeout">Longest time for a publish.</param>
public sealed record GoodSettings(StateStoreSpec StateStore, TracingSpec Tracing, DeliverySpec Delivery, SidecarSpec Sidecar, TimeSpan PublishTimeout)
{
    /// <summary>Those of a spec.</summary>
    public static GoodSettings Of(TodoPlatformSpec spec) => new(spec.StateStore, spec.Tracing, spec.Delivery, spec.Sidecar, spec.Drain.PublishTimeout);

    /// <summary>The spec with these in place of its own.</summary>
    public TodoPlatformSpec In(TodoPlatformSpec spec) => spec with
    {
        StateStore = StateStore,
        Tracing = Tracing,
        Delivery = Delivery,
        Sidecar = Sidecar,
        Drain = spec.Drain with { PublishTimeout = PublishTimeout },
    };
}
