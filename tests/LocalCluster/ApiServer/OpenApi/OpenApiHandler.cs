using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Schemas;

namespace LocalCluster.ApiServer.OpenApi;

/// <summary><c>/openapi/v3</c>: an index, and one document per group-version with what <c>kubectl</c> needs to validate, explain and diff.</summary>
internal sealed class OpenApiHandler(ResourceCatalog catalog)
{
    private const string Root = "/openapi/v3";

    private readonly ConcurrentDictionary<string, (IReadOnlyList<ResourceInfo> Resources, byte[] Document, string Hash)> _documents = new(StringComparer.Ordinal);

    /// <summary>The document at a path; null when there is none.</summary>
    /// <param name="path">The path.</param>
    /// <param name="hash">The content that is meant; empty: whatever it is now.</param>
    public OpenApiAnswer? Find(string path, string? hash)
    {
        if (path == Root)
        {
            return new OpenApiAnswer(Index(), null);
        }

        if (!path.StartsWith(Root + "/", StringComparison.Ordinal) || Resources(path[(Root.Length + 1)..]) is not { Count: > 0 } resources)
        {
            return null;
        }

        // Clients keep what they have read under a hash for good: nothing else may be found under it.
        var current = Document(path[(Root.Length + 1)..], resources);
        return string.IsNullOrEmpty(hash) || hash == current.Hash
            ? new OpenApiAnswer(current.Document, null)
            : new OpenApiAnswer(null, UrlOf(path[(Root.Length + 1)..], current.Hash));
    }

    private byte[] Index()
    {
        var paths = new JsonObject();
        foreach (var path in catalog.All.Select(PathOf).Distinct(StringComparer.Ordinal))
        {
            var hash = Document(path, Resources(path)).Hash;
            paths[path] = new JsonObject { ["serverRelativeURL"] = UrlOf(path, hash) };
        }

        return JsonText.ToUtf8(new JsonObject { ["paths"] = paths });
    }

    private static string UrlOf(string path, string hash) => $"{Root}/{path}?hash={hash}";

    private List<ResourceInfo> Resources(string path) => [.. catalog.All.Where(r => PathOf(r) == path)];

    private (byte[] Document, string Hash) Document(string path, List<ResourceInfo> resources)
    {
        if (!_documents.TryGetValue(path, out var known) || !known.Resources.SequenceEqual(resources))
        {
            var document = JsonText.ToUtf8(Render(path, resources));
            known = (resources, document, Convert.ToHexString(SHA256.HashData(document)));
            _documents[path] = known;
        }

        return (known.Document, known.Hash);
    }

    private static JsonObject Render(string path, List<ResourceInfo> resources)
    {
        var writer = new SchemaWriter();
        var schemas = new JsonObject();
        var paths = new JsonObject();
        foreach (var resource in resources)
        {
            var name = ComponentName(resource);
            if (!schemas.ContainsKey(name))
            {
                var schema = writer.Definition(resource.Schema);
                schema["x-kubernetes-group-version-kind"] = new JsonArray(Kind(resource));
                schemas[name] = schema;
            }

            PathWriter.Add(paths, $"/{path}", resource, $"#/components/schemas/{name}", Kind(resource));
        }

        foreach (var (name, schema) in writer.Referenced())
        {
            schemas.TryAdd(name, schema);
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.32.0" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static string PathOf(ResourceInfo resource) =>
        resource.Type.Group.Length == 0 ? $"api/{resource.Type.Version}" : $"apis/{resource.Type.Group}/{resource.Type.Version}";

    // Custom types are named after their group turned round: com.example.v1.Kind.
    private static string ComponentName(ResourceInfo resource) =>
        resource.Schema.Name ?? $"{string.Join('.', resource.Type.Group.Split('.').Reverse())}.{resource.Type.Version}.{resource.Type.Kind}";

    private static JsonObject Kind(ResourceInfo resource) =>
        new() { ["group"] = resource.Type.Group, ["version"] = resource.Type.Version, ["kind"] = resource.Type.Kind };
}

/// <summary>A document, or where it is found now.</summary>
internal sealed record OpenApiAnswer(byte[]? Document, string? MovedTo);
