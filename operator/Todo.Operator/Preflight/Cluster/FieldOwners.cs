using System.Text.Json;
using Kubernetes.Client.Models;
using Todo.Operator.Execution;
using Todo.Operator.Generation;

namespace Todo.Operator.Preflight.Cluster;

/// <summary>A field that somebody has set.</summary>
/// <param name="IsAnnotation">An annotation of the pod template; else an environment variable.</param>
/// <param name="Field">Its name.</param>
/// <param name="Manager">Who.</param>
internal sealed record OwnedField(bool IsAnnotation, string Field, string Manager)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(IsAnnotation ? "annotation" : "env")} {Field} ({Manager})";
}

/// <summary>Reads from managedFields who else has set what concerns Dapr.</summary>
internal static class FieldOwners
{
    private const string RolloutManager = "kubectl-rollout";
    private const string DaprAnnotations = "f:dapr.io/";

    /// <summary>The three variables and every <c>dapr.io/*</c> annotation that another manager owns too, or alone.</summary>
    public static IReadOnlyList<OwnedField> Of(V1Deployment deployment, string container)
    {
        List<OwnedField> others = [];
        foreach (var entry in deployment.Metadata.ManagedFields ?? [])
        {
            if (entry.FieldsV1 is not { } fields || entry.Manager is null or FieldManagers.Deployment or RolloutManager)
            {
                continue;
            }

            var template = Child(Child(fields, "f:spec"), "f:template");
            var env = Child(Child(Child(Child(template, "f:spec"), "f:containers"), $$"""k:{"name":"{{container}}"}"""), "f:env");
            others.AddRange(TemplateGenerator.Variables.Where(v => Child(env, $$"""k:{"name":"{{v}}"}""") is not null).Select(v => new OwnedField(IsAnnotation: false, v, entry.Manager)));

            if (Child(Child(template, "f:metadata"), "f:annotations") is { ValueKind: JsonValueKind.Object } annotations)
            {
                others.AddRange(annotations.EnumerateObject().Where(a => a.Name.StartsWith(DaprAnnotations, StringComparison.Ordinal))
                    .Select(a => new OwnedField(IsAnnotation: true, a.Name[2..], entry.Manager)));
            }
        }

        return others;
    }

    private static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } p && p.TryGetProperty(name, out var child) ? child : null;
}
