using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kubernetes.Operator.Applying;

/// <summary>Whether two JSON trees mean the same: the order of fields and the spelling of numbers do not count.</summary>
internal static class JsonEquality
{
    public static bool AreEqual(JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (JsonObject x, JsonObject y) => AreEqual(x, y),
        (JsonArray x, JsonArray y) => x.Count == y.Count && x.Zip(y).All(static p => AreEqual(p.First, p.Second)),
        (JsonValue x, JsonValue y) => AreEqual(x, y),
        _ => false,
    };

    private static double Number(JsonValue value) => double.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static bool AreEqual(JsonObject a, JsonObject b)
    {
        static int Given(JsonObject o) => o.Count(static f => f.Value is not null);

        return Given(a) == Given(b) && a.All(f => f.Value is null || AreEqual(f.Value, b[f.Key]));
    }

    private static bool AreEqual(JsonValue a, JsonValue b)
    {
        if (a.GetValueKind() != b.GetValueKind())
        {
            return false;
        }

        return a.GetValueKind() switch
        {
            JsonValueKind.Number => a.ToJsonString() == b.ToJsonString() || Number(a) == Number(b),
            JsonValueKind.String => string.Equals(a.GetValue<string>(), b.GetValue<string>(), StringComparison.Ordinal),
            _ => true,
        };
    }
}
