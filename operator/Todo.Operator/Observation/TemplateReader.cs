using System.Text.Json;
using Kubernetes.Client.Models;
using Todo.Operator.Decisions;
using Todo.Operator.Execution;
using Todo.Operator.Generation;
using Todo.Operator.Topology;

namespace Todo.Operator.Observation;

/// <summary>Reads what a template or a pod says about events, with the contract's defaults.</summary>
public static class TemplateReader
{
    private const string SidecarContainer = "daprd";
    private const string Field = "f:";

    private static readonly string[] AnnotationsPath = ["f:spec", "f:template", "f:metadata", "f:annotations"];

    /// <summary>Flags of a template or a pod.</summary>
    public static TemplateFlags Flags(AppDefinition app, IDictionary<string, string>? annotations, V1PodSpec? spec)
    {
        var env = spec?.Containers?.FirstOrDefault(c => c.Name == app.Container)?.Env ?? [];
        var useDapr = Value(env, TemplateGenerator.UseDapr) == "true";
        var sidecar = annotations?.TryGetValue(TemplateGenerator.EnabledAnnotation, out var enabled) == true && enabled == "true";

        // For a service that consumes nothing the direct consumer's flag follows USE_DAPR, whatever it says.
        var direct = app.IsConsumer && Value(env, TemplateGenerator.ConsumeDirect) is { } text ? text == "true" : !useDapr;
        return new TemplateFlags(sidecar, useDapr ? Value(env, TemplateGenerator.PubsubName) ?? string.Empty : null, direct);
    }

    /// <summary>Whether the annotations (and only they) are as generated; a template without a sidecar has none to compare.</summary>
    public static bool AnnotationsCurrent(GenerationContext context, AppDefinition app, V1PodTemplateSpec? template)
    {
        var annotations = template?.Metadata?.Annotations;
        return annotations?.ContainsKey(TemplateGenerator.EnabledAnnotation) != true
            || TemplateGenerator.Annotations(context, app).All(a => annotations.TryGetValue(a.Key, out var value) && value == a.Value);
    }

    /// <summary>An annotation stands on the template under the operator's name that it would no longer write: a limit that the spec no longer gives, for example.</summary>
    public static bool OwnsMore(GenerationContext context, AppDefinition app, V1Deployment deployment)
    {
        var annotations = deployment.Spec?.Template?.Metadata?.Annotations;
        return annotations?.ContainsKey(TemplateGenerator.EnabledAnnotation) == true
            && Owned(deployment) is { FieldsV1: { } fields } && At(fields, AnnotationsPath) is { } owned
            && owned.EnumerateObject().Select(static f => f.Name).Where(static n => n.StartsWith(Field, StringComparison.Ordinal)).Select(static n => n[Field.Length..])
                .Any(n => n != TemplateGenerator.SecretsAnnotation && annotations.ContainsKey(n) && TemplateGenerator.Annotations(context, app).All(a => a.Key != n));
    }

    /// <summary>What is read of the owners of a Deployment's fields; null: nothing.</summary>
    internal static IList<V1ManagedFieldsEntry>? OwnedContent(V1Deployment deployment) =>
        Owned(deployment) is { FieldsV1: { } fields } entry && At(fields, AnnotationsPath) is { } annotations
            ? [new V1ManagedFieldsEntry { Manager = entry.Manager, Operation = entry.Operation, FieldsV1 = JsonElement.Parse(AnnotationsPath.Reverse().Aggregate(annotations.GetRawText(), static (inner, name) => $$"""{"{{name}}":{{inner}}}""")) }]
            : null;

    /// <summary>What a template or a pod says of the Secrets that pods were started with.</summary>
    public static string? Secrets(IDictionary<string, string>? annotations) =>
        annotations?.TryGetValue(TemplateGenerator.SecretsAnnotation, out var said) == true ? said : null;

    /// <summary>The sidecar is a container of the pod: an ordinary one, or one that starts before and ends after the others.</summary>
    public static bool HasSidecar(V1Pod pod) =>
        pod.Spec?.Containers?.Any(c => c.Name == SidecarContainer) == true || pod.Spec?.InitContainers?.Any(c => c.Name == SidecarContainer) == true;

    /// <summary>State of the sidecar's container, or null.</summary>
    public static V1ContainerStatus? Sidecar(V1Pod pod) =>
        (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []).FirstOrDefault(c => c.Name == SidecarContainer);

    private static V1ManagedFieldsEntry? Owned(V1Deployment deployment) =>
        deployment.Metadata.ManagedFields?.FirstOrDefault(static e => e.Manager == FieldManagers.Deployment && e.Operation == "Apply");

    private static JsonElement? At(JsonElement fields, IEnumerable<string> path)
    {
        foreach (var name in path)
        {
            if (fields.ValueKind != JsonValueKind.Object || !fields.TryGetProperty(name, out fields))
            {
                return null;
            }
        }

        return fields;
    }

    private static string? Value(IEnumerable<V1EnvVar> env, string name) => env.FirstOrDefault(e => e.Name == name)?.Value;
}
