using System.Text.Json.Nodes;

namespace LocalCluster.Controllers.Objects;

/// <summary>Status conditions in the shape that all built-in resources share.</summary>
public static class Conditions
{
    /// <summary>The condition of this type, or null.</summary>
    public static JsonObject? Find(JsonNode? status, string type) =>
        status.Items("conditions").FirstOrDefault(condition => condition.Text("type") == type);

    /// <summary>Whether the condition is there and <c>True</c>.</summary>
    public static bool IsTrue(JsonNode? status, string type) => Find(status, type).Text("status") == "True";

    /// <summary>
    /// Puts a condition into the list. The transition time of the former one is kept while the status is the same; a
    /// condition that says the same as before is left as it is.
    /// </summary>
    public static void Set(JsonObject status, string type, string value, string? reason, string? message, DateTimeOffset now, bool withUpdateTime = false)
    {
        var former = Find(status, type);
        if (former is not null && former.Text("status") == value && former.Text("reason") == reason && (!withUpdateTime || former.Text("message") == message))
        {
            return;
        }

        var condition = new JsonObject { ["type"] = type, ["status"] = value };
        if (withUpdateTime)
        {
            condition["lastUpdateTime"] = Metadata.Format(now);
        }

        condition["lastTransitionTime"] = former.Text("status") == value ? former.Text("lastTransitionTime") : Metadata.Format(now);
        if (reason is not null)
        {
            condition["reason"] = reason;
        }

        if (message is not null)
        {
            condition["message"] = message;
        }

        var list = status.ChildList("conditions");
        var index = former is null ? -1 : list.IndexOf(former);
        if (index < 0)
        {
            list.Add((JsonNode)condition);
        }
        else
        {
            list[index] = condition;
        }
    }

    /// <summary>Takes a condition out of the list.</summary>
    public static void Remove(JsonObject status, string type)
    {
        if (Find(status, type) is { } condition)
        {
            status.ChildList("conditions").Remove(condition);
        }
    }
}
