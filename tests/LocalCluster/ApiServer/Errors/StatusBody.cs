using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Errors;

/// <summary>The <c>Status</c> object that every refusal, and the delete of an object that is gone at once, answers with.</summary>
internal static class StatusBody
{
    public static JsonObject Of(ApiException error)
    {
        var body = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = error.Message,
            ["reason"] = error.Reason,
        };
        if (error.Details is not null)
        {
            body["details"] = error.Details.DeepClone();
        }

        body["code"] = error.Code;
        return body;
    }

    public static JsonObject Deleted(ResourceType type, string name, string? uid) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Success",
        ["details"] = new JsonObject { ["name"] = name, ["group"] = type.Group, ["kind"] = type.Plural, ["uid"] = uid },
    };
}
