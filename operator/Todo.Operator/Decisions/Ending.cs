using Todo.Operator.Decisions.Stages;
using Todo.Operator.Topology;

namespace Todo.Operator.Decisions;

/// <summary>A move is over, or was.</summary>
internal static class Ending
{
    public static Decision Finish(Turn turn)
    {
        var memory = turn.Memory;
        var reached = memory.Reason == MoveReason.Spec && memory.FinishedAt is null;
        memory = memory with
        {
            FinishedAt = memory.FinishedAt ?? turn.Now,
            LastGood = reached ? memory.Target : memory.LastGood,
            PreviousGood = reached && memory.Target?.Equals(memory.LastGood) == false ? memory.LastGood : memory.PreviousGood,
            Endpoints = reached && memory.Target is { AnyDapr: true, Broker: var broker } && turn.Observed.Endpoints.TryGetValue(broker, out var endpoint)
                ? memory.Endpoints.SetItem(broker, endpoint)
                : memory.Endpoints,
            Settings = reached ? turn.Observed.Settings ?? memory.Settings : memory.Settings,
            Step = null,
            Promoted = null,
            Edited = null,
        };
        memory = Rotation.Changed(turn.Observed, memory).Count == 0 ? Rotation.Remember(turn.Observed, memory, all: true) : memory;
        var settled = Settled(memory);
        return memory.Reason == MoveReason.Deletion ? settled with { Message = "Everything is undone." } : settled;
    }

    public static Decision Settled(MoveMemory memory) => new()
    {
        Phase = memory.Reason switch
        {
            MoveReason.Rollback => Phase.RolledBack,
            MoveReason.Deletion => Phase.Deleting,
            _ => Phase.Migrated,
        },
        Stage = Stage.Done,
        Message = memory.Reason == MoveReason.Rollback
            ? $"Back on {memory.Target}: {memory.Failure?.Message}"
            : $"All services are on {memory.Target}.",
        Done = Enum.GetValues<ServiceId>().Length,
        Total = Enum.GetValues<ServiceId>().Length,
        Actions = memory.Reason == MoveReason.Deletion ? [new RemoveFinalizer()] : [],
        Memory = memory,
    };
}
