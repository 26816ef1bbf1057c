using Todo.Operator.Topology;

namespace Todo.Operator.Generation;

/// <summary>Everything that a platform may need in the way of Dapr resources, for both brokers. The decision picks what exists when.</summary>
public static class DaprGenerator
{
    /// <summary>Pure and deterministic: equal specs give equal objects in equal order.</summary>
    public static IReadOnlyList<GeneratedObject> Generate(GenerationContext context) => [.. context.Apps.SelectMany(a => Of(context, a))];

    private static IEnumerable<GeneratedObject> Of(GenerationContext context, AppDefinition app)
    {
        yield return PolicyGenerator.Resiliency(context, app);
        yield return PolicyGenerator.Configuration(context, app);
        yield return ComponentGenerator.Kafka(context, app);
        yield return ComponentGenerator.Redis(context, app);
        if (app.Id == ServiceId.Notification)
        {
            yield return ComponentGenerator.StateStore(context, app);
        }

        foreach (var broker in Enum.GetValues<Broker>())
        {
            foreach (var subscription in SubscriptionGenerator.Of(context, app, broker))
            {
                yield return subscription;
            }
        }
    }
}
