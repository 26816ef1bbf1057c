using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Controllers.Runtime;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Controllers.Deployments;

/// <summary>Rolls a Deployment's template out through ReplicaSets.</summary>
internal sealed class DeploymentController : Controller
{
    private readonly IClusterApi _api;
    private readonly DeploymentSets _sets;

    public DeploymentController(IClusterApi api, TimeProvider time, ILogger logger)
        : base("deployment-controller", time, logger)
    {
        _api = api;
        _sets = new DeploymentSets(api, new EventRecorder(api, Name, time), Name);
    }

    public override void Connect(InformerSet informers)
    {
        informers.For(ResourceTypes.Deployments).Listen(change => Queue.Add(change.Key));
        informers.For(ResourceTypes.ReplicaSets).Listen(change => EnqueueController(change, "Deployment"));

        // Recreate waits for pods that are on their way out, which no ReplicaSet counts any more.
        informers.For(ResourceTypes.Pods).Listen(change =>
        {
            if (change.New is null && change.Latest.Controller() is { } owner && owner.Text("kind") == "ReplicaSet"
                && _api.Get(ResourceTypes.ReplicaSets, change.Key.Namespace, owner.Text("name") ?? "") is { } set
                && set.Controller() is { } deployment)
            {
                Queue.Add(new ObjectKey(change.Key.Namespace, deployment.Text("name") ?? ""));
            }
        });
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (_api.Get(ResourceTypes.Deployments, key.Namespace, key.Name) is not { } deployment)
        {
            return null;
        }

        var spec = DeploymentSpec.Of(deployment);
        var sets = _sets.List(deployment);
        var newSet = DeploymentSets.FindNew(deployment, sets);
        var found = newSet;
        if (!deployment.IsTerminating())
        {
            (deployment, newSet) = Roll(deployment, spec, newSet, sets);
            sets = _sets.List(deployment);
            newSet = newSet is null ? null : sets.FirstOrDefault(set => set.Uid() == newSet.Uid());
        }

        return PublishStatus(deployment, spec, newSet, created: found is null && newSet is not null, sets);
    }

    private (JsonObject Deployment, JsonObject? NewSet) Roll(JsonObject deployment, DeploymentSpec spec, JsonObject? newSet, List<JsonObject> sets)
    {
        var oldSets = sets.Where(set => set != newSet).ToList();
        var revision = oldSets.Select(DeploymentAnnotations.RevisionOf).DefaultIfEmpty(0).Max() + 1;
        if (newSet is not null)
        {
            if (spec.Paused || IsScaling(spec, sets))
            {
                ScaleAll(deployment, spec, newSet, oldSets);
                return (deployment, newSet);
            }

            newSet = _sets.Refresh(deployment, spec, newSet, revision);
        }
        else if (spec.Paused || IsScaling(spec, sets))
        {
            ScaleAll(deployment, spec, null, oldSets);
            return (deployment, null);
        }
        else if (!spec.Recreate || AreGone(oldSets))
        {
            newSet = Create(deployment, spec, oldSets, revision);
        }

        deployment = AnnotateRevision(deployment, newSet);
        if (spec.Recreate)
        {
            Recreate(deployment, spec, newSet, oldSets);
        }
        else if (newSet is not null)
        {
            Update(deployment, spec, newSet, oldSets);
        }

        if (DeploymentStatus.IsComplete(deployment.At("status") as JsonObject ?? [], spec))
        {
            _sets.Trim(spec, oldSets);
        }

        return (deployment, newSet);
    }

    private JsonObject Create(JsonObject deployment, DeploymentSpec spec, List<JsonObject> oldSets, long revision)
    {
        try
        {
            return _sets.Create(deployment, spec, oldSets, revision);
        }
        catch (ApiException e) when (e.Reason == "AlreadyExists")
        {
            // Another template has the same hash: count up, so that the next visit computes another name.
            var status = deployment.Child("status");
            status["collisionCount"] = (status.Int("collisionCount") ?? 0) + 1;
            _api.UpdateStatus(ResourceTypes.Deployments, deployment, Name);
            throw;
        }
    }

    private void Update(JsonObject deployment, DeploymentSpec spec, JsonObject newSet, List<JsonObject> oldSets)
    {
        var olds = oldSets.Select(DeploymentSets.Size).ToList();
        if (_sets.Scale(deployment, spec, newSet, RollingUpdate.NewSetSize(spec.Replicas, spec.Bounds, DeploymentSets.Size(newSet), olds)))
        {
            return;
        }

        var sizes = RollingUpdate.OldSetSizes(spec.Replicas, spec.Bounds, DeploymentSets.Size(newSet), olds);
        foreach (var set in oldSets.Where(set => sizes.ContainsKey(set.Name())))
        {
            _sets.Scale(deployment, spec, set, sizes[set.Name()]);
        }
    }

    private void Recreate(JsonObject deployment, DeploymentSpec spec, JsonObject? newSet, List<JsonObject> oldSets)
    {
        foreach (var set in oldSets.Where(set => DeploymentSets.Replicas(set) > 0))
        {
            _sets.Scale(deployment, spec, set, 0);
        }

        if (newSet is not null && AreGone(oldSets))
        {
            _sets.Scale(deployment, spec, newSet, spec.Replicas);
        }
    }

    /// <summary>No pod of the old sets is left, not even one that is still shutting down.</summary>
    private bool AreGone(List<JsonObject> oldSets)
    {
        var uids = oldSets.Select(set => set.Uid()).ToHashSet(StringComparer.Ordinal);
        return oldSets.Count == 0 || !_api.List(ResourceTypes.Pods, oldSets[0].Namespace()).Items
            .Any(pod => pod.Controller().Text("uid") is { } uid && uids.Contains(uid) && !PodFacts.IsFinished(pod));
    }

    private static bool IsScaling(DeploymentSpec spec, List<JsonObject> sets) =>
        sets.Exists(set => DeploymentSets.Replicas(set) > 0
            && DeploymentAnnotations.Number(set, DeploymentAnnotations.DesiredReplicas) is { } desired && desired != spec.Replicas);

    /// <summary>Follows a change of <c>spec.replicas</c> without rolling anything out.</summary>
    private void ScaleAll(JsonObject deployment, DeploymentSpec spec, JsonObject? newSet, List<JsonObject> oldSets)
    {
        var all = newSet is null ? oldSets : [.. oldSets, newSet];
        var active = all.Where(set => DeploymentSets.Replicas(set) > 0).ToList();
        var only = active.Count switch { 0 => newSet ?? all.LastOrDefault(), 1 => active[0], _ => null };
        if (only is not null)
        {
            _sets.Scale(deployment, spec, only, spec.Replicas);
            return;
        }

        if (active.Count == 0)
        {
            return;
        }

        var saturated = newSet is not null && DeploymentSets.Replicas(newSet) == spec.Replicas
            && newSet.Int("status", "availableReplicas") == spec.Replicas
            && DeploymentAnnotations.Number(newSet, DeploymentAnnotations.DesiredReplicas) == spec.Replicas;
        var sizes = saturated || spec.Recreate
            ? active.Where(set => set != newSet).ToDictionary(set => set.Name(), _ => 0, StringComparer.Ordinal)
            : RollingUpdate.Proportional(spec.Replicas, spec.Bounds, deployment.Int("status", "replicas") ?? 0, [.. active.Select(DeploymentSets.Size)]);
        foreach (var set in active.Where(set => sizes.ContainsKey(set.Name())))
        {
            _sets.Scale(deployment, spec, set, sizes[set.Name()]);
        }
    }

    private JsonObject AnnotateRevision(JsonObject deployment, JsonObject? newSet)
    {
        var revision = newSet?.Annotation(DeploymentAnnotations.Revision);
        return revision is not null && DeploymentAnnotations.Put(deployment, DeploymentAnnotations.Revision, revision)
            ? _api.Update(ResourceTypes.Deployments, deployment, Name)
            : deployment;
    }

    private TimeSpan? PublishStatus(JsonObject deployment, DeploymentSpec spec, JsonObject? newSet, bool created, List<JsonObject> sets)
    {
        var now = Time.GetUtcNow();
        var status = DeploymentStatus.Compute(deployment, spec, newSet, created, sets, now);
        if (!JsonNode.DeepEquals(status, deployment.At("status")))
        {
            deployment["status"] = status.Copy();
            _api.UpdateStatus(ResourceTypes.Deployments, deployment, Name);
        }

        return DeploymentStatus.UntilDeadline(status, spec, now);
    }
}
