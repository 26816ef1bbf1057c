using System.Text.Json;
using Kubernetes.Client.Models;
using Todo.Operator.Execution;
using Todo.Operator.Generation;

namespace Todo.Operator.Preflight;

/// <summary>Reads from managedFields who else has set what the operator would set.</summary>
public static class FieldOwners
{
    private const string RolloutManager = "kubectl-rollout";

    /// <summary>Fields of ours that another manager owns too or alone.</summary>
    public static IReadOnlyList<(string Field, string Manager)> Others(V1Deployment deployment, string container, IReadOnlyList<string> annotations)
    {
        List<(string, string)> others = [];
        foreach (var entry in deployment.Metadata.ManagedFields ?? [])
        {
            if (entry.FieldsV1 is not { } fields || entry.Manager is null or FieldManagers.Deployment or RolloutManager)
            {
                continue;
            }

            var template = Child(Child(fields, "f:spec"), "f:template");
            var env = Child(Child(Child(Child(template, "f:spec"), "f:containers"), $$"""k:{"name":"{{container}}"}"""), "f:env");
            others.AddRange(TemplateGenerator.Variables.Where(v => Child(env, $$"""k:{"name":"{{v}}"}""") is not null).Select(v => ($"env {v}", entry.Manager)));

            var set = Child(Child(template, "f:metadata"), "f:annotations");
            others.AddRange(annotations.Where(a => Child(set, $"f:{a}") is not null).Select(a => ($"annotation {a}", entry.Manager)));
        }

        return others;
    }

    private static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } p && p.TryGetProperty(name, out var child) ? child : null;
}
