using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Requests;

namespace Todo.Operator.Tests.Simulation.ControlPlane;

/// <summary>Lays a configuration over a live object, takes away what its manager no longer wants, and refuses to touch what others own.</summary>
internal static class ServerSideApply
{
    public static JsonObject Merge(KubernetesEntityDefinition type, JsonObject live, JsonObject config, ApplyOptions options)
    {
        if (options.ResourceVersion is { } version && version != live.Version())
        {
            throw Refusals.Conflict(type, live.Name(), "the object has been modified");
        }

        var entries = (live.Metadata()["managedFields"] as JsonArray ?? []).OfType<JsonObject>().Select(e => new Owner(e)).ToList();
        var own = entries.Find(e => e.Is(options.FieldManager, options.Subresource));
        var others = entries.Where(e => e != own).ToList();
        var fields = OwnedFields.Of(config);
        var wanted = OwnedFields.Leaves(fields);
        var changed = wanted.Where(leaf => Differs(leaf, Get(live, leaf), Get(config, leaf))).ToList();
        var conflicts = others.SelectMany(o => changed.Where(o.Leaves.Contains).Select(leaf => (o.Manager, Field: leaf.Replace("\n", ".", StringComparison.Ordinal)))).ToList();
        if (conflicts.Count > 0 && !options.Force)
        {
            throw Refusals.FieldConflicts(conflicts);
        }

        foreach (var leaf in changed)
        {
            Set(live, leaf, Get(config, leaf));
            others.ForEach(o => o.Leaves.Remove(leaf));
        }

        foreach (var leaf in own?.Leaves.Where(l => !wanted.Contains(l) && !others.Exists(o => o.Leaves.Contains(l))) ?? [])
        {
            Remove(live, OwnedFields.Steps(leaf), 0);
        }

        var kept = others.Select(o => o.ToJson());
        var mine = OwnedFields.Entry(options.FieldManager, "Apply", type.ApiVersion, options.Subresource, fields);
        live.Metadata()["managedFields"] = wanted.Count == 0 ? new JsonArray([.. kept]) : new JsonArray([.. kept, mine]);
        return live;
    }

    // Of an item itself only its being there is owned.
    private static bool Differs(string leaf, JsonNode? live, JsonNode? wanted) => leaf.EndsWith('.') ? live is null : !JsonNode.DeepEquals(live, wanted);

    private static JsonNode? Get(JsonNode? at, string leaf)
    {
        foreach (var step in OwnedFields.Steps(leaf))
        {
            at = Child(at, step);
        }

        return at;
    }

    private static JsonNode? Child(JsonNode? at, string step) => step[0] switch
    {
        '.' => at,
        'f' => (at as JsonObject)?[step[2..]],
        _ => Item(at, step),
    };

    private static JsonObject? Item(JsonNode? at, string step) =>
        (at as JsonArray)?.OfType<JsonObject>().FirstOrDefault(i => step == $$"""k:{"name":"{{i.Text("name")}}"}""");

    private static void Set(JsonObject root, string leaf, JsonNode? value)
    {
        var steps = OwnedFields.Steps(leaf);
        JsonNode at = root;
        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i][0] == '.')
            {
                return;
            }

            var isLast = i == steps.Length - 1;
            if (Child(at, steps[i]) is { } there && !isLast)
            {
                at = there;
                continue;
            }

            JsonNode? next = isLast ? value?.DeepClone() : steps[i + 1][0] == 'k' ? new JsonArray() : new JsonObject();
            if (at is JsonArray list)
            {
                next = JsonNode.Parse(steps[i][2..])!;
                list.Add(next);
            }
            else
            {
                at[steps[i][2..]] = next;
            }

            at = next!;
        }
    }

    // What becomes empty by it goes too: an item of which only the name is left, a list or map with nothing in it.
    private static void Remove(JsonNode at, string[] steps, int i)
    {
        if (Child(at, steps[i]) is not { } child)
        {
            return;
        }

        if (i < steps.Length - 1)
        {
            if (steps[i + 1][0] != '.')
            {
                Remove(child, steps, i + 1);
            }

            if (child is not (JsonObject { Count: 0 } or JsonArray { Count: 0 }))
            {
                return;
            }
        }

        if (at is JsonArray list)
        {
            list.Remove(child);
        }
        else
        {
            ((JsonObject)at).Remove(steps[i][2..]);
        }
    }

    private sealed class Owner(JsonObject entry)
    {
        private HashSet<string>? _leaves;

        public string Manager { get; } = entry.Text("manager")!;

        public HashSet<string> Leaves => _leaves ??= OwnedFields.Leaves((JsonObject)entry["fieldsV1"]!);

        public bool Is(string manager, string? subresource) => Manager == manager && entry.Text("operation") == "Apply" && entry.Text("subresource") == subresource;

        public JsonObject ToJson() => _leaves is null ? entry.Copy() : entry.Copy().Having("fieldsV1", OwnedFields.Tree(_leaves));
    }
}
