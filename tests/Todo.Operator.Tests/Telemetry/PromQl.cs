using System.Text.RegularExpressions;

namespace Todo.Operator.Tests.Telemetry;

/// <summary>Just enough of PromQL to tell which metrics and labels a query is about.</summary>
internal static partial class PromQl
{
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "and", "or", "unless", "on", "ignoring", "group_left", "group_right", "by", "without", "bool", "offset", "inf", "nan",
    };

    /// <summary>The metrics of a query with the labels that it selects by.</summary>
    public static IEnumerable<(string Metric, IReadOnlyList<string> Labels)> Selectors(string query)
    {
        // Label lists first (by, on, …): their names are no metrics. Then ranges, numbers with a unit, and Grafana's variables.
        var text = Ranges().Replace(Lists().Replace(query, " "), " ");
        foreach (Match match in Selector().Matches(text))
        {
            var name = match.Groups["name"].Value;
            if (!match.Groups["call"].Success && !Words.Contains(name))
            {
                yield return (name, [.. match.Groups["label"].Captures.Select(c => c.Value)]);
            }
        }
    }

    /// <summary>The labels that results are grouped or joined by.</summary>
    public static IEnumerable<string> Grouping(string query) =>
        Lists().Matches(query).SelectMany(m => m.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("""\b(by|without|on|ignoring|group_left|group_right)\s*\((?<labels>[^)]*)\)""")]
    private static partial Regex Lists();

    [GeneratedRegex("""\[[^\]]*\]""")]
    private static partial Regex Ranges();

    [GeneratedRegex("""(?<![\w$"])(?<name>[a-zA-Z_:][\w:]*)(\s*\{(\s*(?<label>\w+)\s*(=~|!~|!=|=)\s*"[^"]*"\s*,?)*\s*\}|(?<call>\s*\())?""")]
    private static partial Regex Selector();
}
