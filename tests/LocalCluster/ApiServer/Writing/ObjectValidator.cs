using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Cel;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Schemas;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Writing;

/// <summary>Refuses objects that their resource does not allow.</summary>
internal static class ObjectValidator
{
    public static void Validate(ResourceInfo resource, JsonObject value, JsonObject? old)
    {
        var errors = new FieldErrors();
        Validator.Validate(value, resource.Schema, "", errors);
        resource.Strategy.Validate(value, old, errors);
        CheckFinalizers(value, old, errors);
        if (resource.IsCustom && RuleValidator.HasRules(resource.Schema))
        {
            // Rules may count on the types that the schema promises.
            if (errors.AreBlocking)
            {
                errors.RulesNotChecked();
            }
            else
            {
                RuleValidator.Validate(value, old, resource.Schema, "", errors);
            }
        }

        if (errors.Any)
        {
            throw ApiErrors.Invalid(resource.Type, ObjectKey.Of(value).Name, errors);
        }
    }

    // Who adds a finalizer to what is going already has come too late to do anything before.
    private static void CheckFinalizers(JsonObject value, JsonObject? old, FieldErrors errors)
    {
        if (old?.TextAt("metadata", "deletionTimestamp") is null)
        {
            return;
        }

        var added = Finalizers(value).Except(Finalizers(old), StringComparer.Ordinal).ToList();
        if (added.Count > 0)
        {
            var list = string.Join(", ", added.Select(f => $"\"{f}\""));
            errors.Forbidden("metadata.finalizers", $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{list}}}");
        }
    }

    private static IEnumerable<string?> Finalizers(JsonObject value) => value.ArrayAt("metadata", "finalizers")?.Select(f => f.AsText()) ?? [];
}
