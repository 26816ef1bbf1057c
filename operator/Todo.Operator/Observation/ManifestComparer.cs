using System.Text.Json;
using System.Text.Json.Nodes;
using Todo.Operator.Generation;

namespace Todo.Operator.Observation;

/// <summary>Whether a live object is as generated. What others added beside it (defaults, labels) is no difference; another order of a list is.</summary>
public static class ManifestComparer
{
    private static readonly string[] Parts = ["spec", "scopes"];

    /// <summary>Compares everything but metadata.</summary>
    public static bool IsCurrent(DaprObject live, JsonObject wanted)
    {
        foreach (var part in Parts)
        {
            var want = wanted[part];
            var has = live.Fields is not null && live.Fields.TryGetValue(part, out var element) ? JsonNode.Parse(element.GetRawText()) : null;
            if (want is not null && !Covers(has, want))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Covers(JsonNode? has, JsonNode? want) => (has, want) switch
    {
        (null, null) => true,
        (JsonObject h, JsonObject w) => w.All(p => Covers(h[p.Key], p.Value)),
        (JsonArray h, JsonArray w) => h.Count == w.Count && h.Zip(w).All(p => Covers(p.First, p.Second)),
        (JsonValue h, JsonValue w) => Same(h, w),
        _ => false,
    };

    private static bool Same(JsonValue has, JsonValue want) =>
        has.GetValueKind() == want.GetValueKind()
        && (has.GetValueKind() == JsonValueKind.Number ? has.ToJsonString() == want.ToJsonString() : JsonNode.DeepEquals(has, want));
}
