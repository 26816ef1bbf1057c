namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>What people and the world do: each step as soon as its time has come. Faults are placed after the first step that says so.</summary>
/// <param name="Name">In kebab-case; names the scenario on the command line.</param>
/// <param name="Begin">Where it begins; null: nobody has touched the services yet.</param>
/// <param name="Steps">In order.</param>
internal sealed record Scenario(string Name, Beginning? Begin, IReadOnlyList<Step> Steps)
{
    public override string ToString() => Name;
}

/// <summary>A platform that is at rest on a transport.</summary>
/// <param name="Target">What status calls it.</param>
/// <param name="Spec">Fields of its spec.</param>
internal sealed record Beginning(string Target, string Spec);

/// <summary>One step.</summary>
/// <param name="When">Whether its time has come; judged by the world, not by what the operator was told.</param>
/// <param name="Then">What happens.</param>
internal sealed record Step(Func<Stage, bool> When, Action<Stage> Then)
{
    /// <summary>From here on faults may happen: what is before only prepares the scene.</summary>
    public bool Opens { get; init; }
}
