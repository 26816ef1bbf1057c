using Kubernetes.Client.Entities;

namespace Todo.Operator.Preflight;

/// <summary>Checks that somebody has asked to leave out, by name: <c>broker</c> stands for all of its findings, <c>broker/kafka-1:9092</c> for one.</summary>
public sealed class SkippedChecks
{
    /// <summary>Annotation of the TodoPlatform: names with commas between them.</summary>
    public const string Annotation = "platform.todo.io/skip-checks";

    private readonly IReadOnlyList<string> _names;

    private SkippedChecks(IReadOnlyList<string> names) => _names = names;

    /// <summary>None.</summary>
    public static SkippedChecks None { get; } = new([]);

    /// <summary>Reads the annotation.</summary>
    public static SkippedChecks Of(IKubernetesObject platform) =>
        platform.Metadata.Annotations?.TryGetValue(Annotation, out var text) == true
            ? new SkippedChecks(text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            : None;

    /// <summary>Whether a check or finding of this name is left out.</summary>
    public bool Contains(string name) =>
        _names.Any(skipped => name == skipped || (name.Length > skipped.Length && name[skipped.Length] == '/' && name.StartsWith(skipped, StringComparison.Ordinal)));

    /// <summary>Names that leave out nothing, and why: a misspelt one would do so and nobody would know.</summary>
    /// <param name="checks">Names of the checks.</param>
    /// <param name="findings">Names of what they found.</param>
    public IEnumerable<(string Name, string Why)> Misspelt(IReadOnlyCollection<string> checks, IReadOnlyCollection<string> findings)
    {
        foreach (var parts in _names.Distinct(StringComparer.Ordinal).Select(n => (Name: n, Words: n.Split('/', 3))))
        {
            var check = parts.Words[0];
            if (!checks.Contains(check))
            {
                yield return (parts.Name, "there is no such check");
            }

            // What comes after the subject (deployment/backend/strategy) is only there while something is wrong. A check that named no subject this time tells nothing.
            else if (parts.Words is [_, var subject, ..] && findings.Any(f => f.StartsWith($"{check}/", StringComparison.Ordinal))
                && !findings.Any(f => f == $"{check}/{subject}" || f.StartsWith($"{check}/{subject}/", StringComparison.Ordinal)))
            {
                yield return (parts.Name, $"{check} has found nothing of that name");
            }
        }
    }
}
