using System.Text.Json.Nodes;

namespace LocalCluster.Controllers.Objects;

/// <summary>What the controllers conclude from a pod.</summary>
public static class PodFacts
{
    /// <summary>Not finished and not being deleted: the pods that count as replicas.</summary>
    public static bool IsActive(JsonObject pod) => !IsFinished(pod) && !pod.IsTerminating();

    /// <summary>Phase Succeeded or Failed.</summary>
    public static bool IsFinished(JsonObject pod) => pod.Text("status", "phase") is "Succeeded" or "Failed";

    /// <summary>Condition Ready is True.</summary>
    public static bool IsReady(JsonObject pod) => Conditions.IsTrue(pod.At("status"), "Ready");

    /// <summary>Ready for at least <paramref name="minReady"/>. Gives the time to look again when only time is missing.</summary>
    public static bool IsAvailable(JsonObject pod, TimeSpan minReady, DateTimeOffset now, out TimeSpan? recheck)
    {
        recheck = null;
        var ready = Conditions.Find(pod.At("status"), "Ready");
        if (ready.Text("status") != "True")
        {
            return false;
        }

        if (minReady <= TimeSpan.Zero)
        {
            return true;
        }

        var left = (ready.Time("lastTransitionTime") ?? now) + minReady - now;
        if (left <= TimeSpan.Zero)
        {
            return true;
        }

        recheck = left;
        return false;
    }
}
