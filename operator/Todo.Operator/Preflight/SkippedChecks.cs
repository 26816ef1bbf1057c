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

    /// <summary>Names that none of the checks has: a misspelt one would leave out nothing and nobody would know.</summary>
    public IEnumerable<string> Unknown(IEnumerable<string> checks)
    {
        var known = checks.ToHashSet(StringComparer.Ordinal);
        return _names.Where(n => !known.Contains(n.Split('/', 2)[0]));
    }
}
