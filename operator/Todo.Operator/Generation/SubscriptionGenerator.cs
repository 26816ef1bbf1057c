using System.Text.Json.Nodes;
using Todo.Operator.Decisions;
using Todo.Operator.Topology;

namespace Todo.Operator.Generation;

/// <summary>
/// Subscriptions of one app over one broker. <c>scopes</c> is top level: under <c>spec</c> it is pruned, and every app of the namespace would be
/// subscribed. The dead letters come back to the app that refused them, which answers from its inbox.
/// </summary>
internal static class SubscriptionGenerator
{
    public static IEnumerable<GeneratedObject> Of(GenerationContext context, AppDefinition app, Broker broker)
    {
        foreach (var topic in app.Consumes)
        {
            yield return Subscription(context, app, broker, topic, topic, context.DeadLetterTopic(app));
        }

        if (app.IsConsumer)
        {
            // A dead letter is the original envelope, so it belongs on the route of its original topic.
            yield return Subscription(context, app, broker, context.DeadLetterTopic(app), app.Consumes[0], deadLetterTopic: null);
        }
    }

    private static GeneratedObject Subscription(GenerationContext context, AppDefinition app, Broker broker, string topic, string route, string? deadLetterTopic)
    {
        var name = context.Names.Subscription(broker, app.AppId, topic);
        var spec = new JsonObject
        {
            ["pubsubname"] = context.Names.Component(broker, app.AppId),
            ["topic"] = topic,
            ["routes"] = new JsonObject { ["default"] = $"/events/{route}" },
        };
        if (deadLetterTopic is not null)
        {
            spec["deadLetterTopic"] = deadLetterTopic;
        }

        if (context.Spec.Delivery.Bulk is { Enabled: true } bulk)
        {
            spec["bulkSubscribe"] = new JsonObject
            {
                ["enabled"] = true,
                ["maxMessagesCount"] = bulk.MaxMessages,
                ["maxAwaitDurationMs"] = (int)bulk.MaxAwait.TotalMilliseconds,
            };
        }

        return new GeneratedObject(
            new GeneratedKey(GeneratedKind.Subscription, name, app.Id, broker, topic),
            Manifests.Object(context, "dapr.io/v2alpha1", "Subscription", name).With("spec", spec).With("scopes", Manifests.Strings([app.AppId])));
    }
}
