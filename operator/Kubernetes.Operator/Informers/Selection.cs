using Kubernetes.Client.Entities;

namespace Kubernetes.Operator.Informers;

/// <summary>Decides here what the server decides for a list: whether an object is selected. Source: Kubernetes documentation, labels and selectors.</summary>
internal sealed class Selection
{
    private readonly string? _namespace;
    private readonly Func<IKubernetesObject, bool>[] _requirements;

    public Selection(string? ns, string? labelSelector, string? fieldSelector)
    {
        _namespace = ns;
        _requirements = [.. Split(labelSelector).Select(ParseLabel), .. Split(fieldSelector).Select(ParseField)];
    }

    public bool Includes(IKubernetesObject entity) =>
        (string.IsNullOrEmpty(_namespace) || entity.Namespace() is null || entity.Namespace() == _namespace)
        && Array.TrueForAll(_requirements, r => r(entity));

    // Commas within the parentheses of "in (a,b)" do not separate requirements.
    private static IEnumerable<string> Split(string? selector)
    {
        if (string.IsNullOrWhiteSpace(selector))
        {
            yield break;
        }

        var start = 0;
        var depth = 0;
        for (var i = 0; i <= selector.Length; i++)
        {
            if (i == selector.Length || (selector[i] == ',' && depth == 0))
            {
                yield return selector[start..i].Trim();
                start = i + 1;
            }
            else
            {
                depth += selector[i] switch { '(' => 1, ')' => -1, _ => 0 };
            }
        }
    }

    private static Func<IKubernetesObject, bool> ParseLabel(string text)
    {
        if (text.EndsWith(')'))
        {
            var open = text.IndexOf('(');
            var head = text[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var values = text[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);
            return head[1] == "in"
                ? e => e.GetLabel(head[0]) is { } value && values.Contains(value)
                : e => e.GetLabel(head[0]) is not { } value || !values.Contains(value);
        }

        if (SplitAt(text, "!=") is { } differs)
        {
            return e => e.GetLabel(differs.Key) != differs.Value;
        }

        if ((SplitAt(text, "==") ?? SplitAt(text, "=")) is { } equal)
        {
            return e => e.GetLabel(equal.Key) == equal.Value;
        }

        return text.StartsWith('!') ? e => e.GetLabel(text[1..].Trim()) is null : e => e.GetLabel(text) is not null;
    }

    // Only what every resource supports can be decided here; for other fields the safe answer is that it is not selected: the watch will tell.
    private static Func<IKubernetesObject, bool> ParseField(string text)
    {
        var negated = SplitAt(text, "!=");
        var field = negated ?? SplitAt(text, "==") ?? SplitAt(text, "=") ?? (text, "");
        Func<IKubernetesObject, string?>? read = field.Key switch
        {
            "metadata.name" => static e => e.Name(),
            "metadata.namespace" => static e => e.Namespace(),
            _ => null,
        };
        return read is null ? static _ => false : e => (read(e) == field.Value) == (negated is null);
    }

    private static (string Key, string Value)? SplitAt(string text, string separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? null : (text[..at].Trim(), text[(at + separator.Length)..].Trim());
    }
}
