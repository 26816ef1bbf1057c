using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Writing;

namespace LocalCluster.ApiServer.CustomResources;

/// <summary>CustomResourceDefinitions: served from the moment they are stored, so their conditions are true from the start.</summary>
internal sealed class CustomResourceDefinitionStrategy(TimeProvider time) : ResourceStrategy
{
    /// <summary>Keeps a deleted definition until its objects are gone.</summary>
    public const string CleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

    public override bool TracksGeneration => true;

    public override void Default(JsonObject value)
    {
        if (value.ObjectAt("spec") is not { } spec || spec.ObjectAt("names") is not { } names)
        {
            return;
        }

        var kind = names.TextAt("kind") ?? "";
        names.Default("singular", kind.ToLowerInvariant());
        names.Default("listKind", kind + "List");
        if (spec["conversion"] is null)
        {
            spec["conversion"] = new JsonObject { ["strategy"] = "None" };
        }
    }

    public override void PrepareForCreate(JsonObject value)
    {
        var metadata = value.Ensure("metadata");
        var finalizers = metadata.ArrayAt("finalizers")?.Select(f => f.AsText()).ToList() ?? [];
        if (!finalizers.Contains(CleanupFinalizer))
        {
            metadata["finalizers"] = new JsonArray([.. finalizers.Append(CleanupFinalizer).Select(f => (JsonNode?)f)]);
        }

        var now = MetadataRules.Timestamp(time.GetUtcNow());
        value["status"] = new JsonObject
        {
            ["acceptedNames"] = Names(value),
            ["conditions"] = new JsonArray(
                Condition("NamesAccepted", "NoConflicts", "no conflicts found", now),
                Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", now)),
            ["storedVersions"] = new JsonArray([.. StorageVersions(value)]),
        };
    }

    public override void PrepareForUpdate(JsonObject value, JsonObject old)
    {
        if (value.ObjectAt("status") is not { } status)
        {
            return;
        }

        status["acceptedNames"] = Names(value);
        var known = status.ArrayAt("storedVersions")?.Select(v => v.AsText()).ToList() ?? [];
        known.AddRange(StorageVersions(value).Select(v => v.AsText()).Where(v => !known.Contains(v)));
        status["storedVersions"] = new JsonArray([.. known.Select(v => (JsonNode?)v)]);
    }

    public override void Validate(JsonObject value, JsonObject? old, FieldErrors errors)
    {
        var name = value.TextAt("metadata", "name");
        var expected = $"{value.TextAt("spec", "names", "plural")}.{value.TextAt("spec", "group")}";
        if (name != expected)
        {
            errors.Invalid("metadata.name", name, $"must be spec.names.plural+\".\"+spec.group ({expected})");
        }

        if (value.TextAt("spec", "scope") is not ("Namespaced" or "Cluster"))
        {
            errors.NotSupported("spec.scope", value.At("spec", "scope"), ["\"Cluster\"", "\"Namespaced\""]);
        }

        foreach (var field in (ReadOnlySpan<string>)["plural", "kind"])
        {
            if (string.IsNullOrEmpty(value.TextAt("spec", "names", field)))
            {
                errors.Required($"spec.names.{field}");
            }
        }

        var versions = value.ObjectsAt("spec", "versions").ToList();
        if (versions.Count(v => v["storage"].AsBool() == true) != 1)
        {
            errors.Invalid("spec.versions", value.At("spec", "versions"), "must have exactly one version marked as storage version");
        }

        for (var i = 0; i < versions.Count; i++)
        {
            var path = $"spec.versions[{i}].schema.openAPIV3Schema";
            if (versions[i].ObjectAt("schema", "openAPIV3Schema") is { } schema)
            {
                SchemaRules.Validate(schema, path, errors);
            }
            else
            {
                errors.Required(path, "schemas are required");
            }
        }
    }

    private static JsonNode Names(JsonObject value) => value.At("spec", "names")?.DeepClone() ?? new JsonObject();

    private static IEnumerable<JsonNode> StorageVersions(JsonObject value) =>
        value.ObjectsAt("spec", "versions").Where(v => v["storage"].AsBool() == true).Select(v => (JsonNode)(v.TextAt("name") ?? ""));

    private static JsonObject Condition(string type, string reason, string message, string now) => new()
    {
        ["lastTransitionTime"] = now,
        ["message"] = message,
        ["reason"] = reason,
        ["status"] = "True",
        ["type"] = type,
    };
}
