namespace Todo.Messaging.Tests.Simulation.Server;

/// <summary>A statement and its values in their order.</summary>
internal readonly record struct Request(string Sql, object?[] Values);

/// <summary>What a statement answers.</summary>
internal sealed record Answer(IReadOnlyList<object?[]> Rows, int Affected)
{
    public static Answer Nothing { get; } = new([], 0);

    public static Answer Of(params object?[] row) => new([row], 0);

    public static Answer Changed(int rows) => new([], rows);
}

/// <summary>What a connection suffers with a statement.</summary>
internal enum Fate
{
    None,

    /// <summary>Lost on the way to the server: the statement never runs.</summary>
    LostBefore,

    /// <summary>The answer is lost: what was done is done.</summary>
    LostAfter,
}
