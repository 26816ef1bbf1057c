using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Cel;
using LocalCluster.ApiServer.Errors;
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
        if (!errors.Any && resource.IsCustom)
        {
            // Rules may count on the types that the schema promises.
            RuleValidator.Validate(value, old, resource.Schema, "", errors);
        }

        if (errors.Any)
        {
            throw ApiErrors.Invalid(resource.Type, ObjectKey.Of(value).Name, errors);
        }
    }
}
