using System.Globalization;
using System.Text.Json.Nodes;

namespace LocalCluster.Controllers.Objects;

/// <summary>The fields of <c>metadata</c> that controllers read.</summary>
public static class Metadata
{
    /// <summary><c>metadata.name</c>, or empty.</summary>
    public static string Name(this JsonObject value) => value.Text("metadata", "name") ?? "";

    /// <summary><c>metadata.namespace</c>, or null.</summary>
    public static string? Namespace(this JsonObject value) => value.Text("metadata", "namespace");

    /// <summary><c>metadata.uid</c>, or empty.</summary>
    public static string Uid(this JsonObject value) => value.Text("metadata", "uid") ?? "";

    /// <summary><c>metadata.generation</c>, or 0.</summary>
    public static long Generation(this JsonObject value) => value.Long("metadata", "generation") ?? 0;

    /// <summary>Whether a delete has been asked for.</summary>
    public static bool IsTerminating(this JsonObject value) => value.At("metadata", "deletionTimestamp") is not null;

    /// <summary>A label's value, or null.</summary>
    public static string? Label(this JsonObject value, string name) => value.Text("metadata", "labels", name);

    /// <summary>An annotation's value, or null.</summary>
    public static string? Annotation(this JsonObject value, string name) => value.Text("metadata", "annotations", name);

    /// <summary><c>metadata.creationTimestamp</c>, or the beginning of time.</summary>
    public static DateTimeOffset Created(this JsonObject value) => value.Time("metadata", "creationTimestamp") ?? DateTimeOffset.MinValue;

    /// <summary>The RFC 3339 time at the path, or null.</summary>
    public static DateTimeOffset? Time(this JsonNode? value, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(value.Text(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>A time as <c>metav1.Time</c> is written: RFC 3339 in whole seconds.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The owner reference with <c>controller: true</c>, or null.</summary>
    public static JsonObject? Controller(this JsonObject value) =>
        value.Items("metadata", "ownerReferences").FirstOrDefault(owner => owner.Flag("controller"));

    /// <summary>Whether this object's controller has the given uid.</summary>
    public static bool IsControlledBy(this JsonObject value, string uid) => value.Controller().Text("uid") == uid;

    /// <summary>A controller's owner reference to <paramref name="owner"/>.</summary>
    public static JsonObject OwnerReference(JsonObject owner, string apiVersion, string kind) => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["name"] = owner.Name(),
        ["uid"] = owner.Uid(),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };
}
