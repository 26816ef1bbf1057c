using System.Text.Json.Nodes;

namespace Kubernetes.Client.Requests;

/// <summary>A change of an existing object.</summary>
public abstract record Patch
{
    private protected Patch()
    {
    }

    /// <summary>The patch's media type.</summary>
    public abstract string ContentType { get; }

    /// <summary>The patch's body.</summary>
    public abstract JsonNode Body { get; }
}

/// <summary>RFC 7396: the given fields replace, null removes.</summary>
public sealed record MergePatch(JsonObject Changes) : Patch
{
    /// <inheritdoc/>
    public override string ContentType => "application/merge-patch+json";

    /// <inheritdoc/>
    public override JsonNode Body => Changes;
}

/// <summary>RFC 6902: operations in order, all or none.</summary>
/// <remarks>A failed <c>test</c> is answered with 422, <see cref="Errors.KubernetesError.Invalid"/>. Paths are JSON pointers (RFC 6901).</remarks>
public sealed record JsonPatch : Patch
{
    private readonly List<JsonNode> _operations = [];

    /// <inheritdoc/>
    public override string ContentType => "application/json-patch+json";

    /// <inheritdoc/>
    public override JsonNode Body => new JsonArray([.. _operations.Select(static o => o.DeepClone())]);

    /// <summary>Makes a JSON pointer of path segments.</summary>
    public static string Pointer(params ReadOnlySpan<string> segments)
    {
        var parts = new string[segments.Length];
        for (var i = 0; i < segments.Length; i++)
        {
            parts[i] = "/" + segments[i].Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
        }

        return string.Concat(parts);
    }

    /// <summary>The patch fails unless the field has this value.</summary>
    public JsonPatch Test(string path, JsonNode? value) => With("test", path, value, hasValue: true);

    /// <summary>Adds a field, or an item (<c>-</c> for the end of a list).</summary>
    public JsonPatch Add(string path, JsonNode? value) => With("add", path, value, hasValue: true);

    /// <summary>Replaces an existing field.</summary>
    public JsonPatch Replace(string path, JsonNode? value) => With("replace", path, value, hasValue: true);

    /// <summary>Removes an existing field or item.</summary>
    public JsonPatch Remove(string path) => With("remove", path, null, hasValue: false);

    private JsonPatch With(string operation, string path, JsonNode? value, bool hasValue)
    {
        var entry = new JsonObject { ["op"] = operation, ["path"] = path };
        if (hasValue)
        {
            entry["value"] = value?.DeepClone();
        }

        _operations.Add(entry);
        return this;
    }
}
