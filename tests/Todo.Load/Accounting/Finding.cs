namespace Todo.Load.Accounting;

/// <summary>What is wrong.</summary>
public enum FindingKind
{
    /// <summary>Acknowledged, and not there.</summary>
    Lost,

    /// <summary>There more than once.</summary>
    Doubled,

    /// <summary>
    /// A mail that came again under the same Message-ID: its worker was lost between the server's acceptance and writing that down, which no transaction covers. Who reads
    /// it with a server that goes by Message-IDs sees one.
    /// </summary>
    Doubtful,

    /// <summary>There although nothing asks for it, or other than asked for.</summary>
    Wrong,
}

/// <summary>One thing that is not as it must be.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Effect">Of what: <c>task</c>, <c>update</c>, <c>completion</c>, <c>deletion</c>, <c>next occurrence</c>, <c>mail</c>.</param>
/// <param name="Tag">First word of the task's title: finds its requests in the journal.</param>
/// <param name="TaskId">The task's id where it is known.</param>
/// <param name="Detail">What was seen.</param>
public sealed record Finding(FindingKind Kind, string Effect, string Tag, long? TaskId, string Detail)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind.ToString().ToUpperInvariant()} {Effect} of task {TaskId?.ToString() ?? "?"} ({Tag}): {Detail}";
}
