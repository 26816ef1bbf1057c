using System.Globalization;
using Todo.Operator.Tests.Simulation.Faults;

namespace Todo.Operator.Tests.Simulation.Runs;

/// <summary>Everything that a run depends on. As text: <c>scenario:seed:Fault@n,Fault@n</c>.</summary>
internal sealed record RunId(string Scenario, int Seed, params IReadOnlyList<Fault> Faults)
{
    public static RunId Parse(string text) => text.Split(':') is [var scenario, var seed, var faults]
        ? new RunId(scenario, int.Parse(seed, CultureInfo.InvariantCulture), [.. faults.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Fault.Parse)])
        : throw new FormatException($"\"{text}\" is not scenario:seed:Fault@n,...");

    public override string ToString() => $"{Scenario}:{Seed}:{string.Join(',', Faults)}";
}
