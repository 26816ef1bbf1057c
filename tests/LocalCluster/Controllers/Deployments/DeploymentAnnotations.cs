using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Controllers.Deployments;

/// <summary>What a Deployment writes on its ReplicaSets so that kubectl and later visits can read it.</summary>
internal static class DeploymentAnnotations
{
    public const string Revision = "deployment.kubernetes.io/revision";
    public const string RevisionHistory = "deployment.kubernetes.io/revision-history";
    public const string DesiredReplicas = "deployment.kubernetes.io/desired-replicas";
    public const string MaxReplicas = "deployment.kubernetes.io/max-replicas";

    private static readonly HashSet<string> NotCopied = new(StringComparer.Ordinal)
    {
        "kubectl.kubernetes.io/last-applied-configuration", Revision, RevisionHistory, DesiredReplicas, MaxReplicas, "deprecated.deployment.rollback.to",
    };

    public static long RevisionOf(JsonObject value) => long.TryParse(value.Annotation(Revision), out var revision) ? revision : 0;

    public static int? Number(JsonObject set, string name) => int.TryParse(set.Annotation(name), out var number) ? number : null;

    /// <summary>Writes the sizes; true when something changed.</summary>
    public static bool SetSizes(JsonObject set, DeploymentSpec spec) =>
        Put(set, DesiredReplicas, spec.Replicas.ToString(CultureInfo.InvariantCulture))
        | Put(set, MaxReplicas, spec.MaxReplicas.ToString(CultureInfo.InvariantCulture));

    /// <summary>Copies the Deployment's own annotations; true when something changed.</summary>
    public static bool CopyFrom(JsonObject set, JsonObject deployment)
    {
        var changed = false;
        foreach (var (name, value) in deployment.At("metadata", "annotations") as JsonObject ?? [])
        {
            changed |= !NotCopied.Contains(name) && value.Text() is { } text && Put(set, name, text);
        }

        return changed;
    }

    /// <summary>Raises the set's revision, keeping the former one in its history; true when something changed.</summary>
    public static bool Raise(JsonObject set, long revision)
    {
        var former = RevisionOf(set);
        if (former >= revision)
        {
            return false;
        }

        if (former > 0)
        {
            var history = set.Annotation(RevisionHistory);
            Put(set, RevisionHistory, history is null ? $"{former}" : $"{history},{former}");
        }

        return Put(set, Revision, revision.ToString(CultureInfo.InvariantCulture));
    }

    public static bool Put(JsonObject value, string name, string text)
    {
        var annotations = value.Child("metadata").Child("annotations");
        if (annotations.Text(name) == text)
        {
            return false;
        }

        annotations[name] = text;
        return true;
    }
}
