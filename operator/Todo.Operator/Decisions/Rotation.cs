using System.Collections.Immutable;

namespace Todo.Operator.Decisions;

/// <summary>
/// Whether the content of a Secret has changed since the pods that depend on it were started. What they were started with stands on the template; where nothing stands there,
/// it is what was found at the first look or when a move last ended.
/// </summary>
public static class Rotation
{
    private static readonly ImmutableSortedDictionary<string, string> Nothing = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Names of what has changed under this service, as <c>secret.key</c>. What cannot be read, or was never seen before, has not.</summary>
    public static IReadOnlyList<string> Changed(Observed observed, MoveMemory memory, ServiceView service)
    {
        var started = Parse(service.Deployment?.Secrets);
        return
        [
            .. Now(observed, service)
                .Where(n => (started.GetValueOrDefault(n.Key) ?? memory.Secrets.GetValueOrDefault(n.Key)) is { } before && before != n.Value)
                .Select(n => n.Key),
        ];
    }

    /// <summary>Everything that has changed under any service.</summary>
    public static IReadOnlyList<string> Changed(Observed observed, MoveMemory memory) =>
        [.. observed.Services.SelectMany(s => Changed(observed, memory, s)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>What a template shall say when it is written now. As long as nothing has ever changed it says nothing: an operator that learns of this restarts nobody.</summary>
    public static string? Note(Observed observed, MoveMemory memory, ServiceView service)
    {
        var said = Parse(service.Deployment?.Secrets);
        return said.Count == 0 && Changed(observed, memory, service).Count == 0 ? null : Format(said.SetItems(Now(observed, service)));
    }

    /// <summary>The memory with what is seen for the first time; with everything, when no pod depends on anything older.</summary>
    public static MoveMemory Remember(Observed observed, MoveMemory memory, bool all = false)
    {
        var seen = observed.Secrets.Values.SelectMany(s => s).Where(s => all || !memory.Secrets.ContainsKey(s.Key)).ToList();
        return seen.Count == 0 ? memory : memory with { Secrets = memory.Secrets.SetItems(seen) };
    }

    /// <summary>Reads <c>secret.key=fingerprint,…</c>.</summary>
    public static ImmutableSortedDictionary<string, string> Parse(string? note) =>
        Nothing.SetItems((note ?? string.Empty).Split(',').Select(p => p.Split('=')).Where(p => p is [{ Length: > 0 }, _]).Select(p => KeyValuePair.Create(p[0], p[1])));

    private static string Format(ImmutableSortedDictionary<string, string> prints) => string.Join(',', prints.Select(p => $"{p.Key}={p.Value}"));

    private static ImmutableSortedDictionary<string, string> Now(Observed observed, ServiceView service) => observed.Secrets.GetValueOrDefault(service.Id) ?? Nothing;
}
