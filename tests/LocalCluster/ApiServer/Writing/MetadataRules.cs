using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Writing;

/// <summary>What the server sets and checks in <c>metadata</c>, whatever the resource.</summary>
internal static class MetadataRules
{
    // The characters Kubernetes uses: no vowels and no look-alikes.
    private const string SuffixCharacters = "bcdfghjklmnpqrstvwxz2456789";

    // What only the server may change once an object exists.
    private static readonly string[] ServerOwned =
        ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "generateName"];

    public static string Timestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Kubernetes takes what a body leaves out from its URL, but not the name.</summary>
    public static bool IsNamed(JsonObject value) => !string.IsNullOrEmpty(value.TextAt("metadata", "name"));

    public static void RequireName(JsonObject value, string name)
    {
        if (!IsNamed(value))
        {
            throw ApiErrors.Unnamed(name);
        }
    }

    /// <summary>Checks that the body is what the URL says, and completes what it leaves out.</summary>
    public static void Place(ResourceInfo resource, JsonObject value, string? ns, string? name)
    {
        var type = resource.Type;
        Complete(value, "apiVersion", type.ApiVersion, type);
        Complete(value, "kind", type.Kind, type);
        if (value["metadata"] is not null and not JsonObject)
        {
            throw ApiErrors.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: metadata must be an object");
        }

        var metadata = value.Ensure("metadata");
        if (name is not null)
        {
            var given = metadata.TextAt("name");
            if (given is { Length: > 0 } && given != name)
            {
                throw ApiErrors.BadRequest($"the name of the object ({given}) does not match the name on the URL ({name})");
            }

            metadata["name"] = name;
        }

        if (!type.Namespaced)
        {
            metadata.Remove("namespace");
        }
        else if (metadata.TextAt("namespace") is { Length: > 0 } givenNamespace && ns is not null && givenNamespace != ns)
        {
            throw ApiErrors.BadRequest(
                $"the namespace of the provided object does not match the namespace sent on the request ({givenNamespace}, {ns})");
        }
        else if (ns is not null)
        {
            metadata["namespace"] = ns;
        }
    }

    /// <summary>Makes the name of a new object where only a prefix is given, and refuses unusable ones.</summary>
    public static void NameNew(ResourceInfo resource, JsonObject value)
    {
        var metadata = value.Ensure("metadata");
        if (string.IsNullOrEmpty(metadata.TextAt("name")) && metadata.TextAt("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = prefix + RandomNumberGenerator.GetString(SuffixCharacters, 5);
        }

        var name = metadata.TextAt("name") ?? "";
        var errors = new FieldErrors();
        if (name.Length == 0)
        {
            errors.Required("metadata.name", "name or generateName is required");
        }
        else if (resource.Strategy.NameProblem(name) is { } problem)
        {
            errors.Invalid("metadata.name", name, problem);
        }

        if (resource.Type.Namespaced && string.IsNullOrEmpty(metadata.TextAt("namespace")))
        {
            errors.Required("metadata.namespace");
        }

        if (errors.Any)
        {
            throw ApiErrors.Invalid(resource.Type, name, errors);
        }
    }

    public static void StampNew(ResourceInfo resource, JsonObject value, DateTimeOffset now)
    {
        var metadata = value.Ensure("metadata");
        foreach (var field in ServerOwned.Where(f => f != "generateName"))
        {
            metadata.Remove(field);
        }

        metadata.Remove("managedFields");
        metadata.Remove("selfLink");
        metadata.Remove("resourceVersion");
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Timestamp(now);
        if (resource.Strategy.TracksGeneration)
        {
            metadata["generation"] = 1;
        }
    }

    /// <summary>Preconditions that the body itself states, and the fields that a client cannot change.</summary>
    public static void KeepServerOwned(ResourceInfo resource, JsonObject value, StoredObject current, bool isReplace)
    {
        var metadata = value.Ensure("metadata");
        var name = current.Key.Name;
        var version = metadata.TextAt("resourceVersion");
        if (!string.IsNullOrEmpty(version) && version != "0" && version != current.Version.ToString(CultureInfo.InvariantCulture))
        {
            throw ApiErrors.Modified(resource.Type, name);
        }

        if (string.IsNullOrEmpty(version) && isReplace && !resource.AllowsUnconditionalUpdate)
        {
            var errors = new FieldErrors();
            errors.Invalid("metadata.resourceVersion", 0, "must be specified for an update");
            throw ApiErrors.Invalid(resource.Type, name, errors);
        }

        var old = current.Value.ObjectAt("metadata")!;
        if (isReplace)
        {
            CheckUid(resource.Type, metadata.TextAt("uid"), current);
        }
        else if (metadata.TextAt("uid") is { Length: > 0 } uid && uid != old.TextAt("uid"))
        {
            // The uid of a patch is no precondition, but a change that nobody may make.
            var errors = new FieldErrors();
            errors.Invalid("metadata.uid", uid, "field is immutable");
            throw ApiErrors.Invalid(resource.Type, name, errors);
        }

        foreach (var field in ServerOwned)
        {
            metadata.SetCopy(field, old[field]);
        }

        metadata.Remove("selfLink");
        metadata["resourceVersion"] = old["resourceVersion"]!.DeepClone();
    }

    public static void CheckUid(ResourceType type, string? expected, StoredObject current)
    {
        var actual = current.Value.TextAt("metadata", "uid");
        if (!string.IsNullOrEmpty(expected) && expected != actual)
        {
            throw ApiErrors.Conflict(type, current.Key.Name, $"Precondition failed: UID in precondition: {expected}, UID in object meta: {actual}");
        }
    }

    /// <summary>Empty maps and lists mean the same as none, and none is what a reader expects.</summary>
    public static void Tidy(JsonObject value)
    {
        var metadata = value.Ensure("metadata");
        foreach (var field in (ReadOnlySpan<string>)["labels", "annotations", "finalizers", "ownerReferences", "managedFields"])
        {
            if (metadata[field] is null or JsonObject { Count: 0 } or JsonArray { Count: 0 })
            {
                metadata.Remove(field);
            }
        }
    }

    private static void Complete(JsonObject value, string field, string expected, ResourceType type)
    {
        var given = value.TextAt(field);
        if (string.IsNullOrEmpty(given))
        {
            value[field] = expected;
        }
        else if (given != expected)
        {
            throw ApiErrors.BadRequest(
                $"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: the {field} in the data ({given}) does not match the expected {field} ({expected})");
        }
    }
}
