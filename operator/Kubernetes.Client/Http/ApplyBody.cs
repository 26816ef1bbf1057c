using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Requests;

namespace Kubernetes.Client.Http;

/// <summary>Makes the body of an apply: only what a manager can own.</summary>
internal static class ApplyBody
{
    private static readonly string[] OwnableMetadata = ["name", "namespace", "labels", "annotations", "ownerReferences", "finalizers"];

    public static JsonObject Make(KubernetesEntityDefinition definition, JsonObject entity, ApplyOptions options)
    {
        var metadata = entity["metadata"] as JsonObject ?? [];
        var body = new JsonObject { ["apiVersion"] = definition.ApiVersion, ["kind"] = definition.Kind };
        var kept = new JsonObject();
        foreach (var name in options.Subresource is null ? OwnableMetadata : OwnableMetadata.AsSpan(0, 2))
        {
            if (metadata[name] is { } value)
            {
                kept[name] = value.DeepClone();
            }
        }

        if (options.ResourceVersion is { } version)
        {
            kept["resourceVersion"] = version;
        }

        body["metadata"] = kept;
        foreach (var (name, value) in entity)
        {
            var belongs = options.Subresource is { } subresource ? name == subresource : name != "status";
            if (belongs && value is not null && !body.ContainsKey(name))
            {
                body[name] = value.DeepClone();
            }
        }

        return body;
    }
}
