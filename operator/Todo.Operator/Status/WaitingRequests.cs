using Todo.Operator.Decisions;
using Todo.Operator.Observation;

namespace Todo.Operator.Status;

/// <summary>Requests of people that were not taken up yet, because nothing may be changed now.</summary>
internal static class WaitingRequests
{
    /// <summary>The decision, whose message names them.</summary>
    public static Decision Named(StatusInputs inputs)
    {
        var (observed, decision) = (inputs.Observed, inputs.Decision);
        if (decision.Phase != Phase.Paused || observed.Deleting || !(observed.Paused || observed.PlanOnly))
        {
            return decision;
        }

        var waiting = observed.Requests.Where(r => inputs.Memory.Acknowledged.GetValueOrDefault(r.Kind)?.Token != r.Token).Select(r => $"{RequestReader.NameIn(r.Kind)} ({r.Token})").ToList();
        return waiting.Count == 0 ? decision : decision with { Message = $"{decision.Message} Taken up {(observed.Paused ? "after the pause" : "with planOnly: false")}: {string.Join(", ", waiting)}." };
    }
}
