using System.Globalization;
using System.Text.Json.Nodes;
using Kubernetes.Client.Serialization;
using Todo.Operator.Decisions;
using Todo.Operator.Topology;

namespace Todo.Operator.Generation;

/// <summary>What the operator owns of a Deployment: annotations and three environment variables, and nothing else.</summary>
public static class TemplateGenerator
{
    /// <summary>Environment variable: publish through the sidecar.</summary>
    public const string UseDapr = "USE_DAPR";

    /// <summary>Environment variable: run the direct Kafka consumer.</summary>
    public const string ConsumeDirect = "CONSUME_DIRECT";

    /// <summary>Environment variable: Component to publish to.</summary>
    public const string PubsubName = "PUBSUB_NAME";

    /// <summary>Annotation that asks for a sidecar.</summary>
    public const string EnabledAnnotation = "dapr.io/enabled";

    /// <summary>Annotation of a template: what its pods were started with, as <c>secret.key=fingerprint,…</c>. Another text is another template, so that pods are started anew.</summary>
    public const string SecretsAnnotation = "platform.todo.io/secrets";

    /// <summary>The three variables.</summary>
    public static IReadOnlyList<string> Variables { get; } = [UseDapr, ConsumeDirect, PubsubName];

    /// <summary>A server-side apply of exactly the owned fields. With nothing to say, the Deployment is given back as it was.</summary>
    public static JsonObject Deployment(GenerationContext context, AppDefinition app, TemplateFlags flags, string? secrets = null)
    {
        var manifest = new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = new JsonObject { ["name"] = app.Deployment, ["namespace"] = context.Namespace },
        };
        var template = new JsonObject();
        var annotations = new JsonObject((flags.Sidecar ? Annotations(context, app) : []).Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value)));
        if (secrets is not null)
        {
            annotations[SecretsAnnotation] = secrets;
        }

        if (annotations.Count > 0)
        {
            template["metadata"] = new JsonObject { ["annotations"] = annotations };
        }

        if (!IsUntouched(app, flags))
        {
            template["spec"] = new JsonObject
            {
                ["containers"] = new JsonArray(new JsonObject { ["name"] = app.Container, ["env"] = Environment(app, flags) }),
            };
        }

        return template.Count == 0 ? manifest : manifest.With("spec", new JsonObject { ["template"] = template });
    }

    /// <summary>The service is as it would be without the operator: of its variables none is set.</summary>
    public static bool IsUntouched(AppDefinition app, TemplateFlags flags) => !flags.Sidecar && !flags.UseDapr && (flags.ConsumesDirect || !app.IsConsumer);

    /// <summary>The sidecar's annotations, in order.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Annotations(GenerationContext context, AppDefinition app)
    {
        var sidecar = context.Spec.Sidecar;
        List<KeyValuePair<string, string>> annotations =
        [
            new(EnabledAnnotation, "true"),
            new("dapr.io/app-id", app.AppId),
            new("dapr.io/app-port", app.Port.ToString(CultureInfo.InvariantCulture)),
            new("dapr.io/app-protocol", "http"),
            new("dapr.io/config", context.Names.PerApp(app.AppId)),
            new("dapr.io/log-level", sidecar.LogLevel),

            // An app that is down must not be delivered to: Redis acknowledges what is refused.
            new("dapr.io/enable-app-health-check", "true"),
            new("dapr.io/app-health-check-path", "/healthz"),
            new("dapr.io/app-health-probe-interval", "1"),
            new("dapr.io/app-health-threshold", "1"),

            // Only with a block duration does a sidecar stop delivering first and take publishes to the end.
            new("dapr.io/block-shutdown-duration", DurationConverter.Format(sidecar.BlockShutdown)),
            new("dapr.io/graceful-shutdown-seconds", ((int)Math.Ceiling(sidecar.GracefulShutdown.TotalSeconds)).ToString(CultureInfo.InvariantCulture)),
            new("dapr.io/sidecar-cpu-request", sidecar.CpuRequest),
            new("dapr.io/sidecar-memory-request", sidecar.MemoryRequest),
            new("dapr.io/sidecar-memory-limit", sidecar.MemoryLimit),
        ];
        if (sidecar.CpuLimit is not null)
        {
            annotations.Add(new("dapr.io/sidecar-cpu-limit", sidecar.CpuLimit));
        }

        return annotations;
    }

    private static JsonArray Environment(AppDefinition app, TemplateFlags flags)
    {
        var env = new JsonArray(Variable(UseDapr, flags.UseDapr ? "true" : "false"));
        if (app.IsConsumer)
        {
            env.Add(Variable(ConsumeDirect, flags.ConsumesDirect ? "true" : "false"));
        }

        if (flags.PublishesTo is not null)
        {
            env.Add(Variable(PubsubName, flags.PublishesTo));
        }

        return env;
    }

    private static JsonObject Variable(string name, string value) => new() { ["name"] = name, ["value"] = value };
}
