using Todo.Operator.Tests.Simulation.Runs;

namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>What people and the world do: each step as soon as its time has come. Faults are placed after the first step that says so.</summary>
/// <param name="Name">In kebab-case; names the scenario on the command line.</param>
/// <param name="Steps">In order.</param>
internal sealed record Scenario(string Name, IReadOnlyList<Step> Steps)
{
    public override string ToString() => Name;
}

/// <summary>One step.</summary>
/// <param name="When">Whether its time has come; judged by the world, not by what the operator was told.</param>
/// <param name="Then">What happens.</param>
internal sealed record Step(Func<Stage, bool> When, Action<Stage> Then)
{
    /// <summary>From here on faults may happen: what is before only prepares the scene.</summary>
    public bool Opens { get; init; }
}
