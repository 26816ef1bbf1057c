using System.Text.Json.Nodes;
using Kubernetes.Client.Serialization;
using Todo.Operator.Decisions;
using Todo.Operator.Topology;

namespace Todo.Operator.Generation;

/// <summary>
/// Resiliency and Configuration of one app. Policies are keyed by Component name, so those of every known broker are named from the start: an
/// edit later restarts every sidecar in scope.
/// </summary>
internal static class PolicyGenerator
{
    private static readonly TimeSpan LeastRedisPause = TimeSpan.FromSeconds(1);

    public static GeneratedObject Resiliency(GenerationContext context, AppDefinition app)
    {
        var name = context.Names.PerApp(app.AppId);
        var delivery = context.Spec.Delivery;
        var timeouts = new JsonObject { ["publish"] = DurationConverter.Format(context.Spec.Drain.PublishTimeout) };
        var policies = new JsonObject { ["timeouts"] = timeouts };
        if (app.IsConsumer)
        {
            timeouts["handler"] = DurationConverter.Format(delivery.HandlerTimeout);
            policies["retries"] = new JsonObject
            {
                // Kafka keeps its place in the partition: a transient failure is tried again without end, and nothing is skipped.
                ["kafka-inbound"] = Constant(delivery.Backoff, -1),
                ["redis-inbound"] = RedisInbound(context),
            };
        }

        var components = new JsonObject();
        foreach (var broker in context.Brokers)
        {
            var target = new JsonObject { ["outbound"] = new JsonObject { ["timeout"] = "publish" } };
            if (app.IsConsumer)
            {
                target["inbound"] = new JsonObject { ["timeout"] = "handler", ["retry"] = broker.IsKafka ? "kafka-inbound" : "redis-inbound" };
            }

            components[context.Names.Component(broker, app.AppId)] = target;
        }

        var spec = new JsonObject { ["policies"] = policies, ["targets"] = new JsonObject { ["components"] = components } };
        return new GeneratedObject(
            new GeneratedKey(GeneratedKind.Resiliency, name, app.Id),
            Manifests.Object(context, "dapr.io/v1alpha1", "Resiliency", name).With("spec", spec).With("scopes", Manifests.Strings([app.AppId])));
    }

    public static GeneratedObject Configuration(GenerationContext context, AppDefinition app)
    {
        var name = context.Names.PerApp(app.AppId);
        var tracing = context.Spec.Tracing;
        var spec = new JsonObject { ["metrics"] = new JsonObject { ["enabled"] = true, ["recordErrorCodes"] = true } };
        if (tracing.Endpoint is not null)
        {
            spec["tracing"] = new JsonObject
            {
                ["samplingRate"] = tracing.Sampling.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["otel"] = new JsonObject
                {
                    ["endpointAddress"] = tracing.Endpoint,
                    ["protocol"] = tracing.Protocol,
                    ["isSecure"] = tracing.Secure,
                },
            };
        }

        return new GeneratedObject(
            new GeneratedKey(GeneratedKind.Configuration, name, app.Id),
            Manifests.Object(context, "dapr.io/v1alpha1", "Configuration", name).With("spec", spec));
    }

    /// <summary>
    /// A policy that ends before processingTimeout lets Redis acknowledge the failed entry: it is lost. One that ends after it leaves the
    /// entry pending, to be delivered again. So it lasts a quarter longer.
    /// </summary>
    private static JsonObject RedisInbound(GenerationContext context)
    {
        var pause = context.Spec.Delivery.Backoff > LeastRedisPause ? context.Spec.Delivery.Backoff : LeastRedisPause;
        return Constant(pause, (int)Math.Ceiling(context.Spec.Redis.ProcessingTimeout * 1.25 / pause));
    }

    private static JsonObject Constant(TimeSpan pause, int retries) => new()
    {
        ["policy"] = "constant",
        ["duration"] = DurationConverter.Format(pause),
        ["maxRetries"] = retries,
    };
}
