using Todo.Operator.Decisions;

namespace Todo.Operator.Tests.Simulation;

/// <summary>A pod: starts, serves, shuts down. Its sidecar learns of Components and Subscriptions a little late.</summary>
internal sealed class SimulatedPod(string name, TemplateFlags flags, int readyAt)
{
    public string Name { get; } = name;

    public TemplateFlags Flags { get; } = flags;

    public int ReadyAt { get; } = readyAt;

    public int? EndsAt { get; set; }

    public HashSet<string> Components { get; private set; } = [];

    public HashSet<string> Subscriptions { get; private set; } = [];

    public bool Ready(int tick) => tick >= ReadyAt && EndsAt is null;

    public void Load(IEnumerable<string> components, IEnumerable<string> subscriptions)
    {
        Components = [.. components];
        Subscriptions = [.. subscriptions];
    }
}
