using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Faults;
using Todo.Operator.Tests.Simulation.Nodes;
using Todo.Operator.Tests.Simulation.Scenarios;

namespace Todo.Operator.Tests.Simulation.Runs;

/// <summary>Plays one scenario with one seed and one list of faults, to the end and beyond: until everything is at rest, and then ten minutes more.</summary>
internal static class SimulatedRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Drain = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    public static RunResult Play(RunId id, Sabotage? sabotage = null)
    {
        var scenario = Catalogue.Find(id.Scenario);
        var world = Scene.Of(scenario.Begin).Copy(id.Seed);
        var plan = new FaultPlan(id.Faults);
        var laws = new Laws(world);
        var census = new Census(world.Store);
        using var fleet = new Fleet(world.Store, world.Clock, world.Loop, world.Port, plan, world.Trace, sabotage);
        var player = new Player(world, fleet);
        world.Traffic.Start();
        fleet.Start();
        player.Until(() => false, Warming);

        List<string> problems = [];
        if (plan.Total > 0)
        {
            problems.Add($"{plan.Total} writes before anything was asked for");
        }

        if (!player.Act(scenario, plan, Patience))
        {
            var status = world.Store.List(Kinds.Platform).SingleOrDefault()?["status"];
            problems.Add($"the scenario did not come to its end: {status.Text("phase")}/{status.Text("stage")} {status.Text("message")}");
        }

        // The last faults may still be at work: a process that wakes up, a view that is late.
        player.Until(() => false, Settling);
        world.Traffic.Flows = false;
        if (!player.Until(() => world.Ledger.Open.Count == 0, Drain))
        {
            problems.Add($"{world.Ledger.Open.Count} of {world.Ledger.Events} events are lost: {string.Join(", ", world.Ledger.Open.GroupBy(e => $"{e.Topic} via {e.SentVia}").Select(g => $"{g.Count()} {g.Key}"))}");
        }

        var before = plan.Total;
        player.Until(() => false, Rest);
        if (plan.Total != before)
        {
            problems.Add($"{plan.Total - before} writes at rest");
        }

        problems.AddRange(laws.Broken);
        if (world.Ledger.Doubled > 0)
        {
            problems.Add($"{world.Ledger.Doubled} events had their effect twice");
        }

        return new RunResult(id, problems, WorldFacts.Of(world, census), plan.Writes, plan.Events, player.Ended, world.Trace.Lines);
    }
}

/// <summary>How a run ended.</summary>
/// <param name="Id">Which run.</param>
/// <param name="Problems">What must not be, whatever the undisturbed run did.</param>
/// <param name="Facts">The end state and the counts, to be compared.</param>
/// <param name="Writes">Writes of the operator, from the opening on.</param>
/// <param name="Events">Watch events that reached it, from the opening on.</param>
/// <param name="Took">Simulated time from the opening to the end of the scenario.</param>
/// <param name="Trace">What happened.</param>
internal sealed record RunResult(
    RunId Id, IReadOnlyList<string> Problems, IReadOnlyDictionary<string, string> Facts, int Writes, int Events, TimeSpan Took, IReadOnlyList<string> Trace);
