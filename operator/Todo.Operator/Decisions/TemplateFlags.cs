namespace Todo.Operator.Decisions;

/// <summary>What the operator sets on a pod template, with the contract's defaults filled in.</summary>
/// <param name="Sidecar"><c>dapr.io/enabled: "true"</c>.</param>
/// <param name="PublishesTo">Null: the direct client (<c>USE_DAPR</c> false or absent). Else the Component in <c>PUBSUB_NAME</c>.</param>
/// <param name="ConsumesDirect"><c>CONSUME_DIRECT</c>; absent it is the opposite of <c>USE_DAPR</c>.</param>
public sealed record TemplateFlags(bool Sidecar, string? PublishesTo, bool ConsumesDirect)
{
    /// <summary>A service that nobody has moved.</summary>
    public static TemplateFlags Untouched { get; } = new(Sidecar: false, PublishesTo: null, ConsumesDirect: true);

    /// <summary><c>USE_DAPR</c>.</summary>
    public bool UseDapr => PublishesTo is not null;
}
