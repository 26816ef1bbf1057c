using System.Text.Json.Nodes;
using Kubernetes.Client.Requests;

namespace Todo.Operator.Tests.Simulation.ControlPlane;

/// <summary>Merge patch, and of JSON patch what is sent: test, add, replace, remove.</summary>
internal static class Patches
{
    public static JsonObject Apply(JsonObject live, Patch patch)
    {
        if (patch is MergePatch merge)
        {
            return Merge(live, merge.Changes);
        }

        foreach (var operation in patch.Body.AsArray().OfType<JsonObject>())
        {
            Apply(live, operation.Text("op")!, operation.Text("path")!, operation["value"]);
        }

        return live;
    }

    public static JsonObject Merge(JsonObject target, JsonObject changes)
    {
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else
            {
                target[name] = value is JsonObject inner ? Merge(target[name] as JsonObject is { } old ? old.Copy() : [], inner) : value.DeepClone();
            }
        }

        return target;
    }

    private static void Apply(JsonObject root, string operation, string path, JsonNode? value)
    {
        var steps = path[1..].Split('/').Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToList();
        JsonNode? parent = root;
        foreach (var step in steps[..^1])
        {
            parent = Child(parent, step);
        }

        var last = steps[^1];
        switch (operation, parent)
        {
            case ("test", _):
                if (!JsonNode.DeepEquals(Child(parent, last), value))
                {
                    throw Refusals.Invalid($"the test of {path} failed");
                }

                break;
            case ("add", JsonArray list) when last == "-":
                list.Add(value?.DeepClone());
                break;
            case ("add", JsonArray list):
                list.Insert(Index(last), value?.DeepClone());
                break;
            case ("remove", JsonArray list) when Index(last) < list.Count:
                list.RemoveAt(Index(last));
                break;
            case ("replace", JsonArray list) when Index(last) < list.Count:
                list[Index(last)] = value?.DeepClone();
                break;
            case ("add", JsonObject fields):
                fields[last] = value?.DeepClone();
                break;
            case ("replace", JsonObject fields) when fields.ContainsKey(last):
                fields[last] = value?.DeepClone();
                break;
            case ("remove", JsonObject fields) when fields.Remove(last):
                break;
            default:
                throw Refusals.Invalid($"{operation} of {path} is not possible");
        }
    }

    private static JsonNode? Child(JsonNode? parent, string step) => parent switch
    {
        JsonObject fields => fields[step],
        JsonArray list when int.TryParse(step, out var i) && i < list.Count => list[i],
        _ => null,
    };

    private static int Index(string step) => int.Parse(step, System.Globalization.CultureInfo.InvariantCulture);
}
