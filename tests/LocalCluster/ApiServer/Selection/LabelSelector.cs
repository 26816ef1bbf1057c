using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Selection;

/// <summary>A label selector: equality (<c>a=b</c>, <c>a!=b</c>), set (<c>a in (b,c)</c>, <c>notin</c>) and existence (<c>a</c>, <c>!a</c>).</summary>
internal sealed partial class LabelSelector(IReadOnlyList<LabelRequirement> requirements)
{
    public static readonly LabelSelector Everything = new([]);

    public bool IsEverything => requirements.Count == 0;

    public bool Matches(JsonObject? labels) => requirements.All(r => r.Matches(labels.TextAt(r.Key)));

    /// <summary>Parses the query parameter <c>labelSelector</c>.</summary>
    public static LabelSelector Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Everything;
        }

        return new LabelSelector([.. SplitOutsideParentheses(text).Select(ParseOne)]);
    }

    /// <summary>Reads a <c>LabelSelector</c> object: matchLabels and matchExpressions.</summary>
    public static LabelSelector FromObject(JsonObject? selector)
    {
        var equal = selector.ObjectAt("matchLabels")?.Select(l => new LabelRequirement(l.Key, LabelOperator.In, [l.Value.AsText() ?? ""])) ?? [];
        var expressions = selector.ObjectsAt("matchExpressions").Select(e => new LabelRequirement(
            e.TextAt("key") ?? "",
            Enum.TryParse<LabelOperator>(e.TextAt("operator"), out var operation) ? operation : LabelOperator.In,
            [.. e.ArrayAt("values")?.Select(v => v.AsText() ?? "") ?? []]));
        return new LabelSelector([.. equal, .. expressions]);
    }

    private static LabelRequirement ParseOne(string text)
    {
        if (SetBased().Match(text) is { Success: true } set)
        {
            var values = set.Groups["values"].Value.Split(',', StringSplitOptions.TrimEntries);
            return new LabelRequirement(set.Groups["key"].Value, set.Groups["not"].Success ? LabelOperator.NotIn : LabelOperator.In, values);
        }

        if (Equality().Match(text) is { Success: true } equality)
        {
            var operation = equality.Groups["operator"].Value == "!=" ? LabelOperator.NotIn : LabelOperator.In;
            return new LabelRequirement(equality.Groups["key"].Value, operation, [equality.Groups["value"].Value]);
        }

        if (Existence().Match(text) is { Success: true } existence)
        {
            return new LabelRequirement(
                existence.Groups["key"].Value, existence.Groups["not"].Success ? LabelOperator.DoesNotExist : LabelOperator.Exists, []);
        }

        throw ApiErrors.BadRequest(
            Symbol().Match(text) is { Success: true } symbol
                ? $"found '{symbol.Value}', expected: !, identifier, or 'end of string'"
                : $"unable to parse requirement: {text}");
    }

    private static IEnumerable<string> SplitOutsideParentheses(string text)
    {
        int depth = 0, start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i].Trim();
                start = i + 1;
            }
        }

        yield return text[start..].Trim();
    }

    // What a requirement cannot begin with.
    [GeneratedRegex(@"^(==?|!=|[()<>,])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Symbol();

    [GeneratedRegex(@"^(?<key>[\w./-]+)\s+(?<not>not)?in\s*\((?<values>[^()]*)\)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex SetBased();

    [GeneratedRegex(@"^(?<key>[\w./-]+)\s*(?<operator>==?|!=)\s*(?<value>[\w.-]*)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Equality();

    [GeneratedRegex(@"^(?<not>!)?\s*(?<key>[\w./-]+)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Existence();
}

/// <summary>One condition on one label.</summary>
internal sealed record LabelRequirement(string Key, LabelOperator Operator, IReadOnlyList<string> Values)
{
    public bool Matches(string? value) => Operator switch
    {
        LabelOperator.In => value is not null && Values.Contains(value),
        LabelOperator.NotIn => value is null || !Values.Contains(value),
        LabelOperator.Exists => value is not null,
        _ => value is null,
    };
}

/// <summary>Names as in the object form.</summary>
internal enum LabelOperator
{
    In,
    NotIn,
    Exists,
    DoesNotExist,
}
