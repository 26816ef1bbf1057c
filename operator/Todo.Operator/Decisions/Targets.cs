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
            return (Goal.Direct, MoveReason.Deletion);
        }

        if (memory.Failure is { } failure && failure.Generation == observed.Generation)
        {
            return observed.Options.RollbackOnFailure || failure.Requested
                ? (memory.LastGood ?? Goal.Direct, MoveReason.Rollback)
                : (memory.Target ?? observed.Wanted, memory.Reason);
        }

        return (observed.Wanted, MoveReason.Spec);
    }

    /// <summary>What is found on the first visit: the one goal that every template already satisfies; direct when they are mixed.</summary>
    public static Goal Found(Observed observed)
    {
        var brokers = observed.Services
            .Select(s => observed.Names.TransportOf(s.Template.PublishesTo, observed.Services.Select(v => v.App)) ?? Transport.Direct)
            .Distinct()
            .ToList();
        return brokers is [{ Dapr: true } only] ? Goal.Dapr(only.Broker) : Goal.Direct;
    }
}
