namespace Benchmarks;

/// <summary>A measurement that can be asked for by its name.</summary>
/// <param name="Name">One word.</param>
/// <param name="Description">What is measured.</param>
/// <param name="RunAsync">Measures; tells each figure as soon as it is known.</param>
internal sealed record Benchmark(string Name, string Description, Func<Action<Figure>, CancellationToken, Task> RunAsync);

/// <summary>What was measured, beside what it is to be compared with.</summary>
/// <param name="What">What it is a figure of.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
internal sealed record Figure(string What, double Value, string Unit)
{
    /// <summary>The peer, or the limit of the machine, with its own figure in the same unit.</summary>
    public (string What, double Value)? Beside { get; init; }

    /// <summary>What it must reach, where that was promised.</summary>
    public Bar? Bar { get; init; }
}

/// <summary>A bound, and the side of it on which a figure must be.</summary>
internal sealed record Bar(double Bound, bool AtLeast)
{
    public bool IsReachedBy(double value) => AtLeast ? value >= Bound : value < Bound;

    public override string ToString() => FormattableString.Invariant($"{(AtLeast ? "≥" : "<")} {Bound:#,0.##}");
}
