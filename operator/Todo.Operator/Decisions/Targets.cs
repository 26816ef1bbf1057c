using Todo.Operator.Topology;

namespace Todo.Operator.Decisions;

/// <summary>Where the platform shall be.</summary>
internal static class Targets
{
    /// <summary>What the spec asks for, unless that was tried and failed, or the resource is going.</summary>
    public static (Goal Target, MoveReason Reason) Choose(Observed observed, MoveMemory memory)
    {
        if (observed.Deleting)
        {
            return (Goal.DirectOn(observed.Names.Direct), MoveReason.Deletion);
        }

        return GoesBack(memory, observed.Generation, observed.Wish, observed.Options) ? (memory.LastGood ?? Goal.DirectOn(observed.Names.Direct), MoveReason.Rollback)
            : observed.HasFailed(memory) ? (memory.Target ?? observed.Wanted, memory.Reason)
            : (observed.Wanted, MoveReason.Spec);
    }

    /// <summary>Whether what the spec asks for was given up, so that what worked before counts instead of it.</summary>
    public static bool GoesBack(MoveMemory memory, long generation, string wish, MoveOptions options) =>
        memory.Failure is { } failure && failure.IsAbout(generation, wish) && (options.RollbackOnFailure || failure.Requested);

    /// <summary>What is found on the first visit: the one goal that every template already satisfies; direct when they are mixed.</summary>
    public static Goal Found(Observed observed)
    {
        var brokers = observed.Services
            .Select(s => observed.Names.TransportOf(s.Template.PublishesTo, observed.Services.Select(v => v.App)) ?? new Transport(observed.Names.Direct, Dapr: false))
            .Distinct()
            .ToList();
        return brokers is [{ Dapr: true } only] ? Goal.Dapr(only.Broker) : Goal.DirectOn(observed.Names.Direct);
    }
}
