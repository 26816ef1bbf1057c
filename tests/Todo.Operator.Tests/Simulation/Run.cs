using Todo.Operator.Decisions;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation;

/// <summary>Decides and executes against a world, as the operator would, crashes included.</summary>
internal sealed class Run(int seed, double unreliability)
{

    private readonly Random _random = new(seed ^ 0x5eed);

    public World World { get; } = new(seed) { Unreliability = unreliability };

    public MoveOptions Options { get; init; } = new() { StepTimeout = TimeSpan.FromHours(1), DrainTimeout = TimeSpan.FromMinutes(5) };

    public MoveMemory Memory { get; private set; } = new();

    public Decision? Last { get; private set; }

    public List<string> Log { get; } = [];

    /// <summary>One tick of the world and one decision. Null, or the law that was broken.</summary>
    public string? Step(Goal wanted, long generation)
    {
        World.Advance();
        if (World.Broken() is { } before)
        {
            return before;
        }

        var decision = Engine.Decide(World.Observe(wanted, generation, Memory, Options));
        Note(decision);
        Last = decision;
        if (decision.PersistFirst)
        {
            Memory = Reliable() ? decision.Memory : Memory;
            return null;
        }

        var memory = decision.Memory;
        foreach (var action in decision.Actions)
        {
            World.Execute(action, ref memory);
            if (World.Broken() is { } after)
            {
                return after;
            }
        }

        // A crash between the actions and the status: all that was done stays done, nothing of it is remembered.
        Memory = Reliable() ? memory : Memory;
        return null;
    }

    private bool Reliable() => _random.NextDouble() >= World.Unreliability;

    private void Note(Decision decision)
    {
        var line = $"{decision.Phase}/{decision.Stage} {decision.Progress} {decision.Message}";
        if (Log.Count == 0 || !Log[^1].EndsWith(line, StringComparison.Ordinal))
        {
            Log.Add($"{World.Tick,4} {line}");
        }
    }
}
