using System.Text.Json.Nodes;

namespace Todo.Operator.Tests.Simulation.ControlPlane;

/// <summary>
/// <c>managedFields</c>. Containers and their environment are lists by name, as in Kubernetes' schema; any other list is owned as a whole, which is enough
/// where each list has one writer.
/// </summary>
internal static class OwnedFields
{
    private static readonly string[] ByName = ["containers", "env"];
    private static readonly string[] Unowned = ["apiVersion", "kind"];
    private static readonly string[] Ownable = ["labels", "annotations", "ownerReferences", "finalizers"];

    public static JsonObject Entry(string manager, string operation, string apiVersion, string? subresource, JsonObject fields) => new()
    {
        ["manager"] = manager,
        ["operation"] = operation,
        ["apiVersion"] = apiVersion,
        ["subresource"] = subresource,
        ["fieldsType"] = "FieldsV1",
        ["fieldsV1"] = fields,
    };

    /// <summary>The fields that a configuration owns.</summary>
    public static JsonObject Of(JsonObject config)
    {
        var fields = new JsonObject();
        foreach (var (name, value) in config.Where(f => !Unowned.Contains(f.Key)))
        {
            var part = name == "metadata" ? new JsonObject(Ownable.Where(value!.AsObject().ContainsKey).Select(m => KeyValuePair.Create(m, value[m]?.DeepClone()))) : value;
            if (name != "metadata" || part is JsonObject { Count: > 0 })
            {
                fields[$"f:{name}"] = Below(part, name);
            }
        }

        return fields;
    }

    /// <summary>Paths to the leaves; a path's steps are those of fieldsV1.</summary>
    public static HashSet<string> Leaves(JsonObject fields)
    {
        var leaves = new HashSet<string>(StringComparer.Ordinal);
        Collect(fields, string.Empty, leaves);
        return leaves;
    }

    /// <summary>The tree for a set of leaves.</summary>
    public static JsonObject Tree(IEnumerable<string> leaves)
    {
        var root = new JsonObject();
        foreach (var leaf in leaves)
        {
            var at = root;
            foreach (var step in Steps(leaf))
            {
                if (at[step] is not JsonObject next)
                {
                    at[step] = next = [];
                }

                at = next;
            }
        }

        return root;
    }

    public static string[] Steps(string leaf) => leaf.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static JsonObject Below(JsonNode? value, string name)
    {
        var fields = new JsonObject();
        switch (value)
        {
            case JsonObject part:
                foreach (var (key, inner) in part)
                {
                    fields[$"f:{key}"] = Below(inner, key);
                }

                break;
            case JsonArray items when ByName.Contains(name):
                foreach (var item in items.OfType<JsonObject>())
                {
                    fields[$$"""k:{"name":"{{item.Text("name")}}"}"""] = Below(item, string.Empty).Having(".", new JsonObject());
                }

                break;
        }

        return fields;
    }

    private static void Collect(JsonObject fields, string path, HashSet<string> leaves)
    {
        if (fields.Count == 0 && path.Length > 0)
        {
            leaves.Add(path);
        }

        foreach (var (step, below) in fields)
        {
            Collect((JsonObject)below!, $"{path}\n{step}", leaves);
        }
    }
}
