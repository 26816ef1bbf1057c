using Todo.Operator.Tests.Simulation.Faults;
using Todo.Operator.Tests.Simulation.Scenarios;

namespace Todo.Operator.Tests.Simulation.Runs;

/// <summary>Lets time pass: first everything that can happen now, then the clock.</summary>
internal sealed class Player(SimulatedWorld world, Fleet fleet)
{
    private const int MostTurns = 200_000;

    private DateTimeOffset _opened;

    /// <summary>From the opening to the end of the scenario.</summary>
    public TimeSpan Ended { get; private set; }

    /// <summary>Plays a scenario; false when it does not come to its end in time.</summary>
    public bool Act(Scenario scenario, FaultPlan plan, TimeSpan patience)
    {
        var stage = new Stage(world);
        var next = 0;
        stage.BeginStep();
        var ended = Until(
            () =>
            {
                while (next < scenario.Steps.Count && scenario.Steps[next].When(stage))
                {
                    if (scenario.Steps[next].Opens)
                    {
                        plan.Open();
                        _opened = world.Clock.Now;
                    }

                    world.Trace.Add($"step {next + 1} of {scenario}");
                    scenario.Steps[next].Then(stage);
                    next++;
                    stage.BeginStep();
                }

                return next == scenario.Steps.Count;
            },
            patience);
        Ended = world.Clock.Now - _opened;
        return ended;
    }

    /// <summary>Until something is so, at most for a while; whether it is.</summary>
    public bool Until(Func<bool> reached, TimeSpan most)
    {
        var limit = world.Clock.Now + most;
        for (var turns = 0; ; turns++)
        {
            Settle();
            if (reached())
            {
                return true;
            }

            if (!world.Clock.Advance(limit))
            {
                return false;
            }

            if (turns > MostTurns)
            {
                world.Trace.Add("does not come to rest");
                return false;
            }
        }
    }

    private void Settle()
    {
        for (var turns = 0; world.Loop.Turn() || fleet.Work(); turns++)
        {
            if (turns > MostTurns)
            {
                throw new InvalidOperationException($"Time stands still:\n{string.Join('\n', world.Trace.Lines.TakeLast(40))}");
            }
        }
    }
}
