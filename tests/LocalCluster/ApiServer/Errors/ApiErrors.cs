using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Errors;

/// <summary>The refusals of a Kubernetes API server, with its own words: clients and people know them.</summary>
internal static class ApiErrors
{
    public static ApiException NotFound(ResourceType type, string name) =>
        new(404, "NotFound", $"{type.GroupResource} \"{name}\" not found", Details(type, name));

    public static ApiException NoSuchPath() =>
        new(404, "NotFound", "the server could not find the requested resource");

    public static ApiException AlreadyExists(ResourceType type, string name) =>
        new(409, "AlreadyExists", $"{type.GroupResource} \"{name}\" already exists", Details(type, name));

    public static ApiException Conflict(ResourceType type, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {type.GroupResource} \"{name}\": {why}", Details(type, name));

    /// <summary>A precondition of a delete is refused by the kind's name, as Kubernetes does.</summary>
    public static ApiException DeleteConflict(ResourceType type, string name, string why) => Conflict(type with { Plural = type.Kind }, name, why);

    public static ApiException Modified(ResourceType type, string name) =>
        Conflict(type, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiException Forbidden(ResourceType type, string name, string why) =>
        new(403, "Forbidden", $"{type.GroupResource} \"{name}\" is forbidden: {why}", Details(type, name));

    public static ApiException NamespaceTerminating(ResourceType type, string name, string ns)
    {
        var details = Details(type, name);
        details["causes"] = new JsonArray(new JsonObject
        {
            ["reason"] = "NamespaceTerminating", ["message"] = $"namespace {ns} is being terminated", ["field"] = "metadata.namespace",
        });
        return new ApiException(
            403, "Forbidden", $"{type.GroupResource} \"{name}\" is forbidden: unable to create new content in namespace {ns} because it is being terminated", details);
    }

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException Unnamed(string name) =>
        BadRequest($"the name of the object ({name} based on URL) was undeterminable: name must be provided");

    public static ApiException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");

    public static ApiException UnsupportedMediaType(string given, params string[] accepted) =>
        new(415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)} (was {given})");

    public static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiException Expired(long version, long oldest) =>
        new(410, "Expired", $"too old resource version: {version} ({oldest})");

    public static ApiException ContinueExpired() =>
        new(410, "Expired", "The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.");

    public static ApiException VersionTooLarge(long version, long current) =>
        new(504, "Timeout", $"Too large resource version: {version}, current: {current}", new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
            ["retryAfterSeconds"] = 1,
        });

    public static ApiException Invalid(ResourceType type, string name, FieldErrors errors) =>
        Invalid(type.Kind, type.Group, name, errors);

    /// <summary>422 with one cause per field. <c>details.kind</c> is the kind here, not the resource: so it is in Kubernetes.</summary>
    public static ApiException Invalid(string kind, string group, string name, FieldErrors errors)
    {
        var qualified = group.Length == 0 ? kind : $"{kind}.{group}";
        var details = new JsonObject { ["name"] = name, ["group"] = group, ["kind"] = kind, ["causes"] = errors.ToCauses() };
        return new ApiException(422, "Invalid", $"{qualified} \"{name}\" is invalid: {errors}", details);
    }

    private static JsonObject Details(ResourceType type, string name)
    {
        var details = new JsonObject { ["name"] = name, ["kind"] = type.Plural };
        if (type.Group.Length > 0)
        {
            details["group"] = type.Group;
        }

        return details;
    }

    extension(ResourceType type)
    {
        /// <summary><c>pods</c> or <c>deployments.apps</c>.</summary>
        public string GroupResource => type.Group.Length == 0 ? type.Plural : $"{type.Plural}.{type.Group}";
    }
}
