using System.Globalization;
using Todo.Operator.Analysis;
using Todo.Operator.Decisions.Requests;
using Todo.Operator.Decisions.Stages;

namespace Todo.Operator.Decisions;

/// <summary>Nothing is changed, because the spec says so or because a person has to decide. Each says since when, and what comes next.</summary>
internal static class Pausing
{
    /// <summary><c>spec.paused</c>: what would be done next is worked out and said.</summary>
    public static Decision Pause(Observed observed, MoveMemory memory)
    {
        var since = memory.PausedAt ?? observed.Now;
        var next = Engine.Decide(observed with
        {
            Paused = false,
            Requests = [],
            Memory = memory.Resumed(observed.Now),
            Preflight = new PreflightVerdict(MayBegin: false, $"the checks, then the move from {memory.Target ?? memory.LastGood} to {observed.Wanted}."),
        });
        var then = next.Stage == Stage.Done ? "nothing, all is as the spec asks." : next.Message;
        return next with
        {
            Phase = Phase.Paused,
            Message = $"Paused by spec.paused since {Time(since)}. Next: {then}",
            Actions = [],
            PersistFirst = false,
            Awaiting = false,
            Memory = memory with { PausedAt = since },
        };
    }

    /// <summary>A move that goes on only when a person says how.</summary>
    public static Decision? Standstill(Observed observed, MoveMemory memory)
    {
        if (memory.Failure is { } failure && observed.HasFailed(memory))
        {
            return Hold(
                Phase.Paused,
                StageOf(memory),
                $"Frozen by rollout.onFailure: Pause since {Time(failure.At)}: {failure.Message} {Choices("tries again from here", RequestHandler.IsPromotable(memory))}",
                memory);
        }

        return !AnalysisRule.IsExhausted(memory, observed.Options.Analysis) ? null : Hold(
            Phase.Paused,
            StageOf(memory),
            $"Paused since {Time(memory.Analysis.At ?? observed.Now)}, because there is nothing to judge {memory.Target} by: {memory.Analysis.Message} "
            + $"Probe events were added and are not handled. {Choices("measures again", promotable: true)}",
            memory);
    }

    public static Decision Hold(Phase phase, Stage stage, string message, MoveMemory memory) =>
        new() { Phase = phase, Stage = stage, Message = message, Memory = memory };

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Choices(string retry, bool promotable) =>
        $"Annotate the TodoPlatform with a value of your own: platform.todo.io/retry {retry}, {(promotable ? "platform.todo.io/promote goes on without these figures, " : string.Empty)}platform.todo.io/abort goes back.";

    private static Stage StageOf(MoveMemory memory) =>
        Enum.TryParse<Stage>(memory.Step?.Name.Split(' ')[0], out var stage) ? stage : Stage.Publishers;
}
