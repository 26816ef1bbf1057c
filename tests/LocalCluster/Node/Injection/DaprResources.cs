using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Node.Injection;

/// <summary>What a sidecar's resources folder should hold: a pure function of the namespace's objects.</summary>
internal static class DaprResources
{
    public static readonly ResourceType Components = new("dapr.io", "v1alpha1", "components", "Component");
    public static readonly ResourceType Resiliencies = new("dapr.io", "v1alpha1", "resiliencies", "Resiliency");
    public static readonly ResourceType Subscriptions = new("dapr.io", "v2alpha1", "subscriptions", "Subscription");
    public static readonly ResourceType Configurations = new("dapr.io", "v1alpha1", "configurations", "Configuration");

    /// <summary>The kinds of resource that go to the folder; Configurations go to a file of their own.</summary>
    public static readonly IReadOnlyList<ResourceType> InFolder = [Components, Resiliencies, Subscriptions];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Whether the object is meant for the app: no scopes, or the app-id among them.</summary>
    public static bool IsInScope(JsonObject value, string appId) =>
        value.At("scopes") is not JsonArray { Count: > 0 } || value.Strings("scopes").Contains(appId, StringComparer.Ordinal);

    /// <summary>Name of the object's file: <c>KIND-NAME.yaml</c>.</summary>
    public static string FileName(ResourceType type, JsonObject value) => $"{type.Kind.ToLowerInvariant()}-{value.Name()}.yaml";

    /// <summary>
    /// The object as the sidecar reads it: without what the API server adds, with the values of Secrets in the place of references to
    /// them. JSON is YAML.
    /// </summary>
    /// <param name="type">The object's resource.</param>
    /// <param name="value">The object.</param>
    /// <param name="secret">Reads a Secret of the namespace by name; null when there is none.</param>
    /// <param name="missing">The Secret or key that is not there, as Dapr's operator words it; else null.</param>
    public static string Render(ResourceType type, JsonObject value, Func<string, JsonObject?> secret, out string? missing)
    {
        missing = null;
        var copy = new JsonObject
        {
            ["apiVersion"] = type.ApiVersion,
            ["kind"] = type.Kind,
            ["metadata"] = new JsonObject { ["name"] = value.Name(), ["namespace"] = value.Namespace() },
        };
        foreach (var field in (ReadOnlySpan<string>)["auth", "spec", "scopes"])
        {
            if (value.At(field) is { } content)
            {
                copy[field] = content.DeepClone();
            }
        }

        if (type == Components && (value.Text("auth", "secretStore") ?? "") is "" or "kubernetes")
        {
            foreach (var item in copy.Items("spec", "metadata"))
            {
                if (item.At("secretKeyRef") is JsonObject reference)
                {
                    missing ??= Resolve(item, reference, secret);
                }
            }
        }

        return copy.ToJsonString(Indented) + "\n";
    }

    private static string? Resolve(JsonObject item, JsonObject reference, Func<string, JsonObject?> secret)
    {
        var name = reference.Text("name") ?? "";
        if (name.Length == 0)
        {
            return null;
        }

        if (secret(name) is not { } found)
        {
            return $"Secret \"{name}\" not found";
        }

        var key = reference.Text("key") is { Length: > 0 } given ? given : name;
        if (found.Text("data", key) is not { } value)
        {
            return $"key \"{key}\" not found in Secret \"{name}\"";
        }

        item.Remove("secretKeyRef");
        item["value"] = Encoding.UTF8.GetString(Convert.FromBase64String(value));
        return null;
    }
}
