using System.Globalization;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Client.Serialization;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Topology;

namespace Todo.Operator.Execution;

/// <summary>
/// Variables that somebody else's manifest takes from a ConfigMap (<c>valueFrom</c>). Server-side apply can set a <c>value</c> beside it, which is invalid, but cannot
/// unset it. So the entry becomes a literal by a JSON patch that tests what it replaces; the original is kept in an annotation, and put back in the end.
/// </summary>
public sealed class Adoption(IKubernetesClient client, KubernetesJson json)
{
    /// <summary>Annotation of a Deployment: what was taken over, by variable.</summary>
    public const string OriginalAnnotation = "platform.todo.io/original-env";

    private static readonly WriteOptions Options = new() { FieldManager = FieldManagers.Deployment };

    /// <summary>Makes literals of the owned variables that are not.</summary>
    /// <returns>The version to go on from; null: the Deployment is not as it was seen.</returns>
    public async Task<string?> TakeAsync(string ns, AppDefinition app, SetTemplate set, CancellationToken cancellationToken)
    {
        if (await ReadAsync(ns, app, set, cancellationToken) is not { } found)
        {
            return null;
        }

        var (live, path, env) = found;
        var patch = new JsonPatch().Test("/metadata/resourceVersion", set.Seen.ResourceVersion);
        var kept = Originals(live);
        var count = 0;
        foreach (var (variable, index) in env.Select((v, i) => (v, i)).Where(e => e.v.ValueFrom is not null && TemplateGenerator.Variables.Contains(e.v.Name)))
        {
            var entry = $"{path}/{index.ToString(CultureInfo.InvariantCulture)}";
            var original = json.ToNode(variable.ValueFrom);
            kept[variable.Name!] = original;
            patch.Test($"{entry}/name", variable.Name).Test($"{entry}/valueFrom", original).Remove($"{entry}/valueFrom").Add($"{entry}/value", Effective(variable.Name!, set.Seen.Template));
            count++;
        }

        return count == 0
            ? set.Seen.ResourceVersion
            : await PatchAsync(ns, app, Keep(patch, live, kept), cancellationToken);
    }

    /// <summary>Puts back what was taken over.</summary>
    /// <returns>The version to go on from; null: the Deployment is not as it was seen.</returns>
    public async Task<string?> RestoreAsync(string ns, AppDefinition app, SetTemplate set, CancellationToken cancellationToken)
    {
        if (await ReadAsync(ns, app, set, cancellationToken) is not { } found)
        {
            return null;
        }

        var (live, path, env) = found;
        var originals = Originals(live);
        if (originals.Count == 0)
        {
            return set.Seen.ResourceVersion;
        }

        var patch = new JsonPatch().Test("/metadata/resourceVersion", set.Seen.ResourceVersion);
        foreach (var (name, original) in originals)
        {
            var index = env.FindIndex(e => e.Name == name);
            var entry = new JsonObject { ["name"] = name, ["valueFrom"] = original?.DeepClone() };
            patch = index < 0
                ? patch.Add($"{path}/-", entry)
                : patch.Test($"{path}/{index.ToString(CultureInfo.InvariantCulture)}/name", name).Replace($"{path}/{index.ToString(CultureInfo.InvariantCulture)}", entry);
        }

        return await PatchAsync(ns, app, patch.Remove(JsonPatch.Pointer("metadata", "annotations", OriginalAnnotation)), cancellationToken);
    }

    /// <summary>What the pods make of it until the apply that follows: an intermediate template must not mean something new.</summary>
    private static string Effective(string variable, TemplateFlags flags) => variable switch
    {
        TemplateGenerator.UseDapr => flags.UseDapr ? "true" : "false",
        TemplateGenerator.ConsumeDirect => flags.ConsumesDirect ? "true" : "false",
        _ => flags.PublishesTo ?? string.Empty,
    };

    private static JsonObject Originals(V1Deployment live) =>
        live.Metadata.Annotations?.TryGetValue(OriginalAnnotation, out var text) == true && JsonNode.Parse(text) is JsonObject kept ? kept : [];

    private static JsonPatch Keep(JsonPatch patch, V1Deployment live, JsonObject kept) =>
        live.Metadata.Annotations is { Count: > 0 }
            ? patch.Add(JsonPatch.Pointer("metadata", "annotations", OriginalAnnotation), kept.ToJsonString())
            : patch.Add("/metadata/annotations", new JsonObject { [OriginalAnnotation] = kept.ToJsonString() });

    private async Task<(V1Deployment Live, string Path, List<V1EnvVar> Env)?> ReadAsync(string ns, AppDefinition app, SetTemplate set, CancellationToken cancellationToken)
    {
        var live = await client.GetAsync<V1Deployment>(ns, app.Deployment, cancellationToken);
        var containers = live?.Spec?.Template?.Spec?.Containers?.ToList() ?? [];
        var index = containers.FindIndex(c => c.Name == app.Container);
        return live is null || live.ResourceVersion() != set.Seen.ResourceVersion || index < 0
            ? null
            : (live, $"/spec/template/spec/containers/{index.ToString(CultureInfo.InvariantCulture)}/env", [.. containers[index].Env ?? []]);
    }

    private async Task<string> PatchAsync(string ns, AppDefinition app, JsonPatch patch, CancellationToken cancellationToken) =>
        (await client.PatchAsync<V1Deployment>(ns, app.Deployment, patch, Options, cancellationToken)).ResourceVersion();
}
