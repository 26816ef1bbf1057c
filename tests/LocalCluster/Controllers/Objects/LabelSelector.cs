using System.Text.Json.Nodes;

namespace LocalCluster.Controllers.Objects;

/// <summary>Kubernetes' two kinds of selector: <c>metav1.LabelSelector</c> and the plain map of a Service.</summary>
public static class LabelSelector
{
    /// <summary>Whether a <c>metav1.LabelSelector</c> selects the labels. A missing selector selects nothing, an empty one everything.</summary>
    public static bool Matches(JsonNode? selector, JsonObject value)
    {
        if (selector is not JsonObject)
        {
            return false;
        }

        var labels = value.At("metadata", "labels");
        return MatchesMap(selector.At("matchLabels"), labels) && selector.Items("matchExpressions").All(rule => MatchesRule(rule, labels));
    }

    /// <summary>Whether all pairs of a plain selector map are among the object's labels.</summary>
    public static bool MatchesMap(JsonObject selector, JsonObject value) => MatchesMap((JsonNode?)selector, value.At("metadata", "labels"));

    private static bool MatchesMap(JsonNode? wanted, JsonNode? labels) =>
        wanted is not JsonObject map || map.All(pair => labels.Text(pair.Key) is { } value && value == pair.Value.Text());

    private static bool MatchesRule(JsonObject rule, JsonNode? labels)
    {
        var value = labels.Text(rule.Text("key") ?? "");
        return rule.Text("operator") switch
        {
            "In" => value is not null && rule.Strings("values").Contains(value, StringComparer.Ordinal),
            "NotIn" => value is null || !rule.Strings("values").Contains(value, StringComparer.Ordinal),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }
}
