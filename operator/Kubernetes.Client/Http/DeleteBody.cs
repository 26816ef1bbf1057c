using System.Text.Json.Nodes;
using Kubernetes.Client.Requests;

namespace Kubernetes.Client.Http;

/// <summary>The body of a delete: <c>meta/v1 DeleteOptions</c>.</summary>
internal static class DeleteBody
{
    public static JsonObject Make(DeleteOptions? options)
    {
        var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions" };
        if (options?.Uid is not null || options?.ResourceVersion is not null)
        {
            var preconditions = new JsonObject();
            if (options.Uid is not null)
            {
                preconditions["uid"] = options.Uid;
            }

            if (options.ResourceVersion is not null)
            {
                preconditions["resourceVersion"] = options.ResourceVersion;
            }

            body["preconditions"] = preconditions;
        }

        if (options?.PropagationPolicy is { } policy)
        {
            body["propagationPolicy"] = policy.ToString();
        }

        if (options?.GracePeriod is { } grace)
        {
            body["gracePeriodSeconds"] = (long)grace.TotalSeconds;
        }

        return body;
    }
}
