namespace Todo.Operator.Decisions;

/// <summary>The resource goes without anything being moved.</summary>
internal static class Departure
{
    /// <summary>What to do with a resource that is being deleted and needs no move; null when it needs one, or stays.</summary>
    public static Decision? AtOnce(Observed observed, MoveMemory memory)
    {
        if (!observed.Deleting)
        {
            return null;
        }

        if (!observed.RevertOnDelete)
        {
            return Leave(
                memory,
                "deletionPolicy is Retain: services and generated resources stay as they are.",
                [.. Releases(observed), new RemoveFinalizer()]);
        }

        // The namespace goes, or somebody has removed the product: there is nothing left to bring back, and what was generated goes with its owner.
        return observed.Services.All(s => s.Deployment is null)
            ? Leave(memory, "None of the Deployments exists any more: there is nothing to bring back.", [new RemoveFinalizer()])
            : null;
    }

    /// <summary>What belongs to the platform has to be let go before it goes.</summary>
    public static IEnumerable<PlatformAction> Releases(Observed observed) => observed.Objects.Where(o => o.Owned).Select(o => new ReleaseObject(o.Key));

    public static Decision Leave(MoveMemory memory, string message, IReadOnlyList<PlatformAction> actions) => new()
    {
        Phase = Phase.Deleting,
        Stage = Stage.Done,
        Message = message,
        Actions = actions,
        Memory = memory,
    };
}
