namespace Todo.Operator.Decisions;

/// <summary>Something that this platform names and that an older one has named before.</summary>
/// <param name="What">For example <c>Deployment backend</c>.</param>
/// <param name="Platform">The older platform's name.</param>
public sealed record Claim(string What, string Platform)
{
    /// <summary>The younger platform changes nothing, whatever it asks for; when it goes, it leaves everything as it is.</summary>
    internal static Decision? Refuse(Observed observed, MoveMemory memory)
    {
        if (observed.Claims.Count == 0)
        {
            return null;
        }

        var taken = string.Join(", ", observed.Claims.Select(c => $"{c.What} belongs to TodoPlatform {c.Platform}"));
        return observed.Deleting
            ? Departure.Leave(memory, $"{taken}: everything stays as it is.", [.. Departure.Releases(observed), new RemoveFinalizer()])
            : Pausing.Hold(
                Phase.Degraded,
                Stage.Preflight,
                $"Refused: {taken}, which was there first. Nothing is changed. Name other Deployments and app-ids in spec.services, or delete one of the two.",
                memory) with { Awaiting = true };
    }
}
