using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Schemas;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.CustomResources;

/// <summary>Turns a CustomResourceDefinition into the resources it defines, one per served version.</summary>
internal static class CustomResourceReader
{
    public static IEnumerable<ResourceInfo> Read(JsonObject definition)
    {
        var spec = definition.ObjectAt("spec")!;
        var names = spec.ObjectAt("names")!;
        var group = spec.TextAt("group")!;
        var plural = names.TextAt("plural")!;
        var versions = spec.ObjectsAt("versions").ToList();
        var stored = $"{group}/{versions.First(v => v["storage"].AsBool() == true).TextAt("name")}";
        foreach (var version in versions.Where(v => v["served"].AsBool() == true))
        {
            var type = new ResourceType(group, version.TextAt("name")!, plural, names.TextAt("kind")!, spec.TextAt("scope") == "Namespaced");
            var hasStatus = version.At("subresources", "status") is not null;
            yield return new ResourceInfo
            {
                Type = type,
                Storage = StorageKey(group, plural),
                SingularName = names.TextAt("singular"),
                ShortNames = Texts(names.ArrayAt("shortNames")),
                Categories = Texts(names.ArrayAt("categories")),
                IsCustom = true,
                Schema = ReadSchema(version),
                Columns = CustomColumns.Read(version),
                HasStatus = hasStatus,
                AllowsUnconditionalUpdate = false,
                Scale = ReadScale(version.ObjectAt("subresources", "scale")),
                Strategy = new CustomResourceStrategy(hasStatus),
                View = type.ApiVersion == stored && versions.Count == 1 ? SameView.Instance : new VersionView(type.ApiVersion, stored),
            };
        }
    }

    public static string StorageKey(string group, string plural) => $"{group}/{plural}";

    private static string[] Texts(JsonArray? array) => [.. array?.Select(n => n.AsText() ?? "") ?? []];

    private static Schema ReadSchema(JsonObject version) =>
        version.ObjectAt("schema", "openAPIV3Schema") is { } schema ? OpenApiSchemaReader.ReadRoot(schema) : Schema.Anything;

    private static ScalePaths? ReadScale(JsonObject? scale) => scale is null
        ? null
        : new ScalePaths(
            Path(scale.TextAt("specReplicasPath") ?? ".spec.replicas"),
            Path(scale.TextAt("statusReplicasPath") ?? ".status.replicas"),
            scale.TextAt("labelSelectorPath") is { Length: > 0 } selector ? Path(selector) : null);

    private static string[] Path(string path) => path.TrimStart('.').Split('.');
}

/// <summary>Custom resources: with a status subresource only what is not status counts as wanted.</summary>
internal sealed class CustomResourceStrategy(bool hasStatus) : ResourceStrategy
{
    public override bool TracksGeneration => true;

    public override bool IsDesired(string field) => field is not ("metadata" or "apiVersion" or "kind") && !(hasStatus && field == "status");
}
