using Todo.Operator.Topology;

namespace Todo.Operator.Generation;

/// <summary>Everything that a platform may need in the way of Dapr resources, for every broker that is known. The decision picks what exists when.</summary>
public static class DaprGenerator
{
    /// <summary>Pure and deterministic: equal specs give equal objects in equal order.</summary>
    public static IReadOnlyList<GeneratedObject> Generate(GenerationContext context) => [.. context.Apps.SelectMany(a => Of(context, a))];

    private static IEnumerable<GeneratedObject> Of(GenerationContext context, AppDefinition app)
    {
        yield return PolicyGenerator.Resiliency(context, app);
        yield return PolicyGenerator.Configuration(context, app);
        foreach (var broker in context.Brokers)
        {
            yield return ComponentGenerator.PubSub(context, app, broker);
        }

        if (app.Id == ServiceId.Notification)
        {
            yield return ComponentGenerator.StateStore(context, app);
        }

        foreach (var broker in context.Brokers)
        {
            foreach (var subscription in SubscriptionGenerator.Of(context, app, broker))
            {
                yield return subscription;
            }
        }
    }
}
