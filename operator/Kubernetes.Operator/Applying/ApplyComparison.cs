using System.Text.Json.Nodes;

namespace Kubernetes.Operator.Applying;

/// <summary>Whether a server-side apply would change anything, decided from the live object and from what the manager owns in it.</summary>
/// <remarks>
/// <c>fieldsV1</c> tells how the server sees the object: <c>f:name</c> a field, <c>k:{...}</c> an item of a list by its keys, <c>v:...</c> a member of a set,
/// <c>.</c> the item itself, and nothing below a field means that its whole value is owned. So lists need no schema here.
/// Source: Kubernetes documentation, server-side apply; FieldsV1 in the API reference.
/// </remarks>
internal static class ApplyComparison
{
    private static readonly string[] Identity = ["apiVersion", "kind"];
    private static readonly string[] OwnableMetadata = ["labels", "annotations", "ownerReferences", "finalizers"];

    /// <summary>Whether to apply.</summary>
    /// <param name="live">The object as it is.</param>
    /// <param name="desired">What the manager wants to own.</param>
    /// <param name="owned">The manager's <c>fieldsV1</c>; null when it owns nothing.</param>
    /// <param name="subresource">The part that is applied, for example <c>status</c>; null: everything else.</param>
    public static bool Differs(JsonObject live, JsonObject desired, JsonObject? owned, string? subresource) =>
        owned is null || ObjectDiffers(live, Wanted(desired, subresource), owned);

    private static JsonObject Wanted(JsonObject desired, string? subresource)
    {
        var wanted = new JsonObject();
        foreach (var (name, value) in desired)
        {
            var belongs = subresource is null ? name is not ("status" or "metadata") : name == subresource;
            if (belongs && value is not null && !Identity.Contains(name, StringComparer.Ordinal))
            {
                wanted[name] = value.DeepClone();
            }
        }

        if (subresource is null && desired["metadata"] is JsonObject metadata)
        {
            var kept = new JsonObject();
            foreach (var name in OwnableMetadata)
            {
                if (metadata[name] is { } value)
                {
                    kept[name] = value.DeepClone();
                }
            }

            if (kept.Count > 0)
            {
                wanted["metadata"] = kept;
            }
        }

        return wanted;
    }

    private static bool NodeDiffers(JsonNode? live, JsonNode wanted, JsonObject owned)
    {
        var below = owned.Where(static f => f.Key != ".").Select(static f => f.Key).ToList();
        return (below, wanted) switch
        {
            ({ Count: 0 }, JsonObject { Count: 0 } or JsonArray { Count: 0 }) => live is null || !IsSameKind(live, wanted),
            ({ Count: 0 }, _) => !JsonEquality.AreEqual(live, wanted),
            (_, JsonObject fields) => live is not JsonObject liveFields || ObjectDiffers(liveFields, fields, owned),
            (_, JsonArray items) when below[0].StartsWith("k:", StringComparison.Ordinal) => live is not JsonArray list || ListMapDiffers(list, items, owned),
            (_, JsonArray items) => live is not JsonArray list || SetDiffers(list, items, below),
            _ => true,
        };
    }

    private static bool ObjectDiffers(JsonObject live, JsonObject wanted, JsonObject owned)
    {
        var names = wanted.Where(static f => f.Value is not null).Select(static f => f.Key).ToHashSet(StringComparer.Ordinal);

        // Owned but no longer wanted: an apply without it takes it away.
        if (owned.Any(f => f.Key.StartsWith("f:", StringComparison.Ordinal) && !names.Contains(f.Key[2..])))
        {
            return true;
        }

        return names.Any(name => owned[$"f:{name}"] is not JsonObject part || NodeDiffers(live[name], wanted[name]!, part));
    }

    private static bool ListMapDiffers(JsonArray live, JsonArray wanted, JsonObject owned)
    {
        var unmatched = owned.Where(static f => f.Key.StartsWith("k:", StringComparison.Ordinal)).ToList();
        foreach (var item in wanted)
        {
            var at = unmatched.FindIndex(f => HasKeys(item, KeysOf(f.Key), mayOmit: true));
            if (at < 0 || unmatched[at].Value is not JsonObject part)
            {
                return true;
            }

            var keys = KeysOf(unmatched[at].Key);
            unmatched.RemoveAt(at);
            if (live.FirstOrDefault(l => HasKeys(l, keys, mayOmit: true)) is not { } there || NodeDiffers(there, item!, part))
            {
                return true;
            }
        }

        return unmatched.Count > 0;
    }

    private static bool SetDiffers(JsonArray live, JsonArray wanted, List<string> owned)
    {
        var members = owned.Where(static f => f.StartsWith("v:", StringComparison.Ordinal)).Select(static f => JsonNode.Parse(f[2..])).ToList();
        return members.Count != wanted.Count
            || wanted.Any(w => !members.Exists(m => JsonEquality.AreEqual(m, w)) || !live.Any(l => JsonEquality.AreEqual(l, w)));
    }

    private static JsonObject KeysOf(string field) => JsonNode.Parse(field[2..]) as JsonObject ?? [];

    // A key that the item leaves out has the default of its schema (protocol: TCP).
    private static bool HasKeys(JsonNode? item, JsonObject keys, bool mayOmit) =>
        item is JsonObject fields && keys.All(k => fields[k.Key] is { } value ? JsonEquality.AreEqual(value, k.Value) : mayOmit);

    private static bool IsSameKind(JsonNode a, JsonNode b) => a.GetValueKind() == b.GetValueKind();
}
