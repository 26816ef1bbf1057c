using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Schemas;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Writing;

/// <summary>Brings what a client sent into the form of its resource.</summary>
internal static class Decoder
{
    /// <summary>Prunes in place; unknown fields are dropped, warned of or refused as the client wants it.</summary>
    public static void Decode(ResourceInfo resource, JsonObject value, WriteOptions options)
    {
        var unknown = new List<string>();
        Pruner.Prune(value, resource.Schema, "", unknown);
        foreach (var path in unknown.Where(_ => options.Validation == FieldValidation.Warn))
        {
            options.Warnings.Add($"unknown field \"{path}\"");
        }

        if (unknown.Count > 0 && options.Validation == FieldValidation.Strict)
        {
            throw Unreadable(resource.Type, $"strict decoding error: {string.Join(", ", unknown.Select(p => $"unknown field \"{p}\""))}");
        }

        if (!resource.IsCustom)
        {
            CheckTypes(resource, value);
        }
    }

    // A built-in type cannot even hold a value of a wrong type: that is a bad request, not an invalid object.
    private static void CheckTypes(ResourceInfo resource, JsonObject value)
    {
        var errors = new FieldErrors();
        Validator.Validate(value, resource.Schema, "", errors);
        if (errors.All.FirstOrDefault(static e => e.IsUnreadable) is { } error)
        {
            throw Unreadable(resource.Type, $"json: cannot unmarshal: {error.Message}");
        }
    }

    private static ApiException Unreadable(ResourceType type, string why) =>
        ApiErrors.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: {why}");
}
