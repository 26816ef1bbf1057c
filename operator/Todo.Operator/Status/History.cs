using Todo.Operator.Decisions;
using Todo.Operator.Resource;

namespace Todo.Operator.Status;

/// <summary>The moves of the past.</summary>
public static class History
{
    private const int Kept = 10;

    /// <summary>Adds the move that has just ended, if one has.</summary>
    public static IReadOnlyList<HistoryEntry>? Append(IReadOnlyList<HistoryEntry>? history, MoveMemory before, MoveMemory now, DateTimeOffset when)
    {
        var entry = now.Epoch > before.Epoch && before is { Target: not null, FinishedAt: null }
            ? Entry(before, when, Given(now), now.Reason == MoveReason.Rollback ? now.Failure?.Message : null)
            : now is { FinishedAt: { } finished } && before.FinishedAt is null && now.Epoch == before.Epoch && IsMove(now)
                ? Entry(now, finished, now.Reason == MoveReason.Rollback ? "RolledBack" : "Completed", reason: null)
                : null;
        if (entry is null)
        {
            return history;
        }

        IEnumerable<HistoryEntry> all = [.. history ?? [], entry];
        return [.. all.TakeLast(Kept)];
    }

    private static string Given(MoveMemory now) =>
        now.Reason != MoveReason.Rollback ? "Superseded" : now.Failure?.Reason == Failure.Aborted ? Failure.Aborted : "Failed";

    /// <summary>Making sure of what is there on the first visit is not a move.</summary>
    private static bool IsMove(MoveMemory memory) => memory.Epoch > 1 || memory.Reason != MoveReason.Spec || memory.From is null || !memory.From.Equals(memory.Target);

    private static HistoryEntry Entry(MoveMemory move, DateTimeOffset when, string result, string? reason) => new()
    {
        When = when,
        From = move.From?.ToString(),
        To = move.Target?.ToString(),
        Result = result,
        Seconds = Math.Round((when - (move.StartedAt ?? when)).TotalSeconds, 1),
        Reason = reason ?? move.Failure?.Message ?? move.Reason.ToString(),
    };
}
