namespace Todo.Operator.Tests.Simulation.Scenarios;

/// <summary>All scenarios.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. Moves.All(),
        .. ChangesOfMind.All(),
        .. Failures.All(),
        .. Holding.All(),
        .. Deletions.All(),
        .. Requests.All(),
        .. Stalls.All(),
        .. Rotations.All(),
        .. Endpoints.All(),
        .. Drains.All(),
    ];

    public static Scenario Find(string name) => All.FirstOrDefault(s => s.Name == name) ?? throw new ArgumentException($"There is no scenario {name}. There are {string.Join(", ", All)}.");
}
