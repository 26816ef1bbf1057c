using System.Text.Json.Nodes;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Controllers.Deployments;

/// <summary>Works out a Deployment's status: a pure function of the Deployment, its sets and the time.</summary>
internal static class DeploymentStatus
{
    /// <summary>The status as it should be now.</summary>
    /// <param name="created">Whether <paramref name="newSet"/> was made just now: the beginning of a rollout.</param>
    public static JsonObject Compute(
        JsonObject deployment, DeploymentSpec spec, JsonObject? newSet, bool created, IReadOnlyCollection<JsonObject> sets, DateTimeOffset now)
    {
        var former = deployment.At("status") as JsonObject ?? [];
        var status = former.Copy();
        var available = Sum(sets, "availableReplicas");
        status["observedGeneration"] = deployment.Generation();
        Put(status, "replicas", Sum(sets, "replicas"));
        Put(status, "updatedReplicas", newSet?.Int("status", "replicas") ?? 0);
        Put(status, "readyReplicas", Sum(sets, "readyReplicas"));
        Put(status, "availableReplicas", available);
        Put(status, "unavailableReplicas", Math.Max(0, sets.Sum(DeploymentSets.Replicas) - available));

        if (newSet is not null && (created || Conditions.Find(status, "Progressing") is null))
        {
            var (reason, verb) = created ? ("NewReplicaSetCreated", "Created") : ("FoundNewReplicaSet", "Found");
            Conditions.Set(status, "Progressing", "True", reason, $"{verb} new replica set \"{newSet.Name()}\"", now, withUpdateTime: true);
        }

        SetProgress(status, former, deployment, spec, newSet, now);
        if (available >= spec.Replicas - spec.MaxUnavailable)
        {
            Conditions.Set(status, "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", now, withUpdateTime: true);
        }
        else
        {
            Conditions.Set(status, "Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.", now, withUpdateTime: true);
        }

        var failure = sets.Select(set => Conditions.Find(set.At("status"), "ReplicaFailure")).FirstOrDefault(condition => condition is not null);
        if (failure is null)
        {
            Conditions.Remove(status, "ReplicaFailure");
        }
        else
        {
            Conditions.Set(status, "ReplicaFailure", "True", failure.Text("reason"), failure.Text("message"), now, withUpdateTime: true);
        }

        return status;
    }

    /// <summary>When the progress deadline strikes, if it is running.</summary>
    public static TimeSpan? UntilDeadline(JsonObject status, DeploymentSpec spec, DateTimeOffset now)
    {
        var condition = Conditions.Find(status, "Progressing");
        return spec.ProgressDeadlineSeconds is not { } seconds || spec.Paused || condition.Text("reason") is null or "NewReplicaSetAvailable" or "ProgressDeadlineExceeded"
            ? null
            : (condition.Time("lastUpdateTime") ?? now) + TimeSpan.FromSeconds(seconds + 1) - now;
    }

    private static void SetProgress(
        JsonObject status, JsonObject former, JsonObject deployment, DeploymentSpec spec, JsonObject? newSet, DateTimeOffset now)
    {
        if (spec.ProgressDeadlineSeconds is not { } deadline)
        {
            Conditions.Remove(status, "Progressing");
            return;
        }

        var current = Conditions.Find(status, "Progressing");
        var subject = newSet is null ? $"Deployment \"{deployment.Name()}\"" : $"ReplicaSet \"{newSet.Name()}\"";
        if (spec.Paused)
        {
            if (current.Text("reason") != "ProgressDeadlineExceeded")
            {
                Conditions.Set(status, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", now, withUpdateTime: true);
            }

            return;
        }

        if (current.Text("reason") == "DeploymentPaused")
        {
            Conditions.Set(status, "Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed", now, withUpdateTime: true);
        }

        var settled = Count(status, "replicas") == Count(status, "updatedReplicas") && current.Text("reason") == "NewReplicaSetAvailable";
        if (settled)
        {
            return;
        }

        if (IsComplete(status, spec))
        {
            Conditions.Set(status, "Progressing", "True", "NewReplicaSetAvailable", $"{subject} has successfully progressed.", now, withUpdateTime: true);
        }
        else if (HasProgressed(status, former))
        {
            // Set anew even when it says the same: the deadline counts from the last progress.
            var transition = current.Text("status") == "True" ? current.Text("lastTransitionTime") : null;
            Conditions.Remove(status, "Progressing");
            Conditions.Set(status, "Progressing", "True", "ReplicaSetUpdated", $"{subject} is progressing.", now, withUpdateTime: true);
            if (transition is not null)
            {
                Conditions.Find(status, "Progressing")!["lastTransitionTime"] = transition;
            }
        }
        else if (current is not null && current.Text("reason") != "NewReplicaSetAvailable"
            && (current.Time("lastUpdateTime") ?? now) + TimeSpan.FromSeconds(deadline) < now)
        {
            Conditions.Set(status, "Progressing", "False", "ProgressDeadlineExceeded", $"{subject} has timed out progressing.", now, withUpdateTime: true);
        }
    }

    /// <summary>All pods are of the new set, as many as asked for, and available.</summary>
    public static bool IsComplete(JsonObject status, DeploymentSpec spec) =>
        Count(status, "updatedReplicas") == spec.Replicas && Count(status, "replicas") == spec.Replicas && Count(status, "availableReplicas") == spec.Replicas;

    private static bool HasProgressed(JsonObject status, JsonObject former) =>
        Count(status, "updatedReplicas") > Count(former, "updatedReplicas")
        || Count(status, "replicas") - Count(status, "updatedReplicas") < Count(former, "replicas") - Count(former, "updatedReplicas")
        || Count(status, "readyReplicas") > Count(former, "readyReplicas")
        || Count(status, "availableReplicas") > Count(former, "availableReplicas");

    private static int Count(JsonNode? status, string name) => status.Int(name) ?? 0;

    private static int Sum(IEnumerable<JsonObject> sets, string name) => sets.Sum(set => set.Int("status", name) ?? 0);

    // The real API leaves zeros out.
    private static void Put(JsonObject status, string name, int value)
    {
        if (value == 0)
        {
            status.Remove(name);
        }
        else
        {
            status[name] = value;
        }
    }
}
