using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Controllers.Runtime;

namespace LocalCluster.Controllers.Deployments;

/// <summary>Reads and writes of the ReplicaSets of one Deployment.</summary>
internal sealed class DeploymentSets(IClusterApi api, EventRecorder events, string manager)
{
    /// <summary>The Deployment's sets, oldest first; matching orphans are adopted, sets that no longer match released.</summary>
    public List<JsonObject> List(JsonObject deployment)
    {
        var own = new List<JsonObject>();
        foreach (var set in api.List(ResourceTypes.ReplicaSets, deployment.Namespace()).Items)
        {
            var matches = LabelSelector.Matches(deployment.At("spec", "selector"), set);
            if (set.IsControlledBy(deployment.Uid()))
            {
                if (matches)
                {
                    own.Add(set);
                }
                else if (!deployment.IsTerminating())
                {
                    Owners.Release(set, deployment.Uid());
                    api.Update(ResourceTypes.ReplicaSets, set, manager);
                }
            }
            else if (matches && set.Controller() is null && !deployment.IsTerminating() && !set.IsTerminating())
            {
                Owners.Adopt(set, deployment, ResourceTypes.Deployments);
                own.Add(api.Update(ResourceTypes.ReplicaSets, set, manager));
            }
        }

        return [.. own.OrderBy(set => set.Created()).ThenBy(DeploymentAnnotations.RevisionOf)];
    }

    /// <summary>The set with the Deployment's template, or null.</summary>
    public static JsonObject? FindNew(JsonObject deployment, IEnumerable<JsonObject> sets) =>
        sets.FirstOrDefault(set => TemplateHash.Same(set.At("spec", "template"), deployment.At("spec", "template")));

    /// <summary>Pods asked for of a set.</summary>
    public static int Replicas(JsonObject set) => set.Int("spec", "replicas") ?? 1;

    /// <summary>The figures of a set.</summary>
    public static SetSize Size(JsonObject set) =>
        new(set.Name(), Replicas(set), set.Int("status", "availableReplicas") ?? 0, DeploymentAnnotations.Number(set, DeploymentAnnotations.MaxReplicas));

    /// <summary>Brings annotations, revision and minReadySeconds of the found new set up to date.</summary>
    public JsonObject Refresh(JsonObject deployment, DeploymentSpec spec, JsonObject set, long revision)
    {
        var changed = DeploymentAnnotations.CopyFrom(set, deployment);
        changed |= DeploymentAnnotations.Raise(set, revision);
        changed |= DeploymentAnnotations.SetSizes(set, spec);
        if ((set.Int("spec", "minReadySeconds") ?? 0) != spec.MinReadySeconds)
        {
            set.Child("spec")["minReadySeconds"] = spec.MinReadySeconds;
            changed = true;
        }

        return changed ? api.Update(ResourceTypes.ReplicaSets, set, manager) : set;
    }

    /// <summary>Makes the set for the Deployment's template with its first size.</summary>
    public JsonObject Create(JsonObject deployment, DeploymentSpec spec, IReadOnlyList<JsonObject> oldSets, long revision)
    {
        var hash = TemplateHash.Compute(deployment.At("spec", "template"), deployment.Int("status", "collisionCount") ?? 0);
        var template = (deployment.At("spec", "template") as JsonObject)?.Copy() ?? [];
        template.Child("metadata").Child("labels")[TemplateHash.Label] = hash;
        var selector = (deployment.At("spec", "selector") as JsonObject)?.Copy() ?? [];
        selector.Child("matchLabels")[TemplateHash.Label] = hash;
        var name = $"{deployment.Name()}-{hash}";
        var size = spec.Recreate
            ? spec.Replicas
            : RollingUpdate.NewSetSize(spec.Replicas, spec.Bounds, new SetSize(name, 0, 0), [.. oldSets.Select(Size)]);
        var set = new JsonObject
        {
            ["apiVersion"] = ResourceTypes.ReplicaSets.ApiVersion,
            ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = deployment.Namespace(),
                ["labels"] = template.At("metadata", "labels")?.DeepClone(),
                ["ownerReferences"] = new JsonArray(Metadata.OwnerReference(deployment, ResourceTypes.Deployments.ApiVersion, "Deployment")),
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = size,
                ["minReadySeconds"] = spec.MinReadySeconds,
                ["selector"] = selector,
                ["template"] = template,
            },
        };
        DeploymentAnnotations.CopyFrom(set, deployment);
        DeploymentAnnotations.Raise(set, revision);
        DeploymentAnnotations.SetSizes(set, spec);
        var created = api.Create(ResourceTypes.ReplicaSets, set, manager);
        if (size > 0)
        {
            events.Normal(ResourceTypes.Deployments, deployment, "ScalingReplicaSet", $"Scaled up replica set {name} from 0 to {size}");
        }

        return created;
    }

    /// <summary>Gives a set another size; false when it has it already.</summary>
    public bool Scale(JsonObject deployment, DeploymentSpec spec, JsonObject set, int size)
    {
        var former = Replicas(set);
        var changed = DeploymentAnnotations.SetSizes(set, spec);
        if (former == size && !changed)
        {
            return false;
        }

        set.Child("spec")["replicas"] = size;
        api.Update(ResourceTypes.ReplicaSets, set, manager);
        if (former != size)
        {
            var direction = size > former ? "up" : "down";
            events.Normal(
                ResourceTypes.Deployments, deployment, "ScalingReplicaSet", $"Scaled {direction} replica set {set.Name()} from {former} to {size}");
        }

        return former != size;
    }

    /// <summary>Deletes empty old sets beyond the revision history limit.</summary>
    public void Trim(DeploymentSpec spec, IEnumerable<JsonObject> oldSets)
    {
        var empty = oldSets
            .Where(set => Replicas(set) == 0 && (set.Int("status", "replicas") ?? 0) == 0 && !set.IsTerminating()
                && set.Generation() <= (set.Long("status", "observedGeneration") ?? 0))
            .OrderBy(DeploymentAnnotations.RevisionOf)
            .ToList();
        foreach (var set in empty.Take(Math.Max(0, empty.Count - spec.RevisionHistoryLimit)))
        {
            api.Delete(ResourceTypes.ReplicaSets, set.Namespace(), set.Name(), new DeleteRequest(Uid: set.Uid()));
        }
    }
}
