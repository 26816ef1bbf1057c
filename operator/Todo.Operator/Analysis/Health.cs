using System.Collections.Immutable;
using Todo.Operator.Decisions;

namespace Todo.Operator.Analysis;

/// <summary>Containers that start again and again: no figures are needed to tell, and waiting does not mend it.</summary>
internal static class Health
{
    /// <summary>What has crashed too often since the move began; null: nothing.</summary>
    public static (string Reason, string Message)? Crashing(Observed observed, MoveMemory memory)
    {
        var limit = observed.Options.Analysis.MaxSidecarRestarts;
        foreach (var pod in observed.Services.SelectMany(s => s.Live))
        {
            var before = memory.RestartsBefore.GetValueOrDefault(pod.Name);
            if (pod.SidecarRestarts + pod.AppRestarts - before <= limit)
            {
                continue;
            }

            return pod.SidecarRestarts > pod.AppRestarts
                ? (Failure.SidecarCrashing, Text(pod, "sidecar", "daprd", pod.SidecarRestarts, limit))
                : (Failure.ServiceCrashing, Text(pod, "application", null, pod.AppRestarts, limit));
        }

        return null;
    }

    /// <summary>Restarts as they are now, by pod.</summary>
    public static ImmutableSortedDictionary<string, int> Restarts(Observed observed) =>
        observed.Services.SelectMany(s => s.Live).Where(p => p.SidecarRestarts + p.AppRestarts > 0)
            .ToImmutableSortedDictionary(p => p.Name, p => p.SidecarRestarts + p.AppRestarts, StringComparer.Ordinal);

    private static string Text(PodView pod, string what, string? container, int restarts, int limit) =>
        $"The {what} of pod {pod.Name} has restarted {restarts} times (limit {limit}). Look at: kubectl logs {pod.Name}{(container is null ? "" : $" -c {container}")} --previous.";
}
