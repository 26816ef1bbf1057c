using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Controllers.Runtime;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Controllers.ReplicaSets;

/// <summary>Keeps as many pods as a ReplicaSet asks for.</summary>
internal sealed class ReplicaSetController(IClusterApi api, TimeProvider time, ILogger logger) : Controller("replicaset-controller", time, logger)
{
    private readonly EventRecorder _events = new(api, "replicaset-controller", time);

    public override void Connect(InformerSet informers)
    {
        informers.For(ResourceTypes.ReplicaSets).Listen(change => Queue.Add(change.Key));
        informers.For(ResourceTypes.Pods).Listen(change =>
        {
            EnqueueController(change, "ReplicaSet");
            if (change.New is { } pod && pod.Controller() is null)
            {
                EnqueueAdopters(pod);
            }
        });
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (api.Get(ResourceTypes.ReplicaSets, key.Namespace, key.Name) is not { } set)
        {
            return null;
        }

        var pods = OwnPods(set);
        string? failure = null;
        if (!set.IsTerminating())
        {
            failure = Scale(set, pods);
        }

        return PublishStatus(set, OwnPods(set), failure);
    }

    private void EnqueueAdopters(JsonObject pod)
    {
        foreach (var set in api.List(ResourceTypes.ReplicaSets, pod.Namespace()).Items)
        {
            if (LabelSelector.Matches(set.At("spec", "selector"), pod))
            {
                Queue.Add(ObjectKey.Of(set));
            }
        }
    }

    /// <summary>Active pods of this set; orphans that match are adopted, own pods that no longer match are released.</summary>
    private List<JsonObject> OwnPods(JsonObject set)
    {
        var own = new List<JsonObject>();
        foreach (var pod in api.List(ResourceTypes.Pods, set.Namespace()).Items.Where(PodFacts.IsActive))
        {
            var matches = LabelSelector.Matches(set.At("spec", "selector"), pod);
            if (pod.IsControlledBy(set.Uid()))
            {
                if (matches)
                {
                    own.Add(pod);
                }
                else if (!set.IsTerminating())
                {
                    Owners.Release(pod, set.Uid());
                    api.Update(ResourceTypes.Pods, pod, Name);
                }
            }
            else if (matches && pod.Controller() is null && !set.IsTerminating())
            {
                Owners.Adopt(pod, set, ResourceTypes.ReplicaSets);
                own.Add(api.Update(ResourceTypes.Pods, pod, Name));
            }
        }

        return own;
    }

    private string? Scale(JsonObject set, List<JsonObject> pods)
    {
        var missing = (set.Int("spec", "replicas") ?? 1) - pods.Count;
        try
        {
            for (; missing > 0; missing--)
            {
                var pod = api.Create(ResourceTypes.Pods, NewPod(set), Name);
                _events.Normal(ResourceTypes.ReplicaSets, set, "SuccessfulCreate", $"Created pod: {pod.Name()}");
            }
        }
        catch (ApiException e) when (e.Code is 403 or 422 or 400)
        {
            _events.Warning(ResourceTypes.ReplicaSets, set, "FailedCreate", $"Error creating: {e.Message}");
            Queue.Retry(ObjectKey.Of(set));
            return e.Message;
        }

        foreach (var pod in PodRanking.ToDelete(pods, -missing))
        {
            api.Delete(ResourceTypes.Pods, pod.Namespace(), pod.Name(), new DeleteRequest(Uid: pod.Uid()));
            _events.Normal(ResourceTypes.ReplicaSets, set, "SuccessfulDelete", $"Deleted pod: {pod.Name()}");
        }

        return null;
    }

    private static JsonObject NewPod(JsonObject set)
    {
        var template = set.At("spec", "template");
        var metadata = (template.At("metadata") as JsonObject)?.Copy() ?? [];
        metadata.Remove("name");
        metadata.Remove("creationTimestamp");
        metadata["generateName"] = set.Name() + "-";
        metadata["namespace"] = set.Namespace();
        metadata["ownerReferences"] = new JsonArray(Metadata.OwnerReference(set, ResourceTypes.ReplicaSets.ApiVersion, "ReplicaSet"));
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = (template.At("spec") as JsonObject)?.Copy() ?? [],
        };
    }

    private TimeSpan? PublishStatus(JsonObject set, List<JsonObject> pods, string? failure)
    {
        var now = Time.GetUtcNow();
        var minReady = TimeSpan.FromSeconds(set.Int("spec", "minReadySeconds") ?? 0);
        TimeSpan? again = null;
        var available = 0;
        foreach (var pod in pods)
        {
            if (PodFacts.IsAvailable(pod, minReady, now, out var recheck))
            {
                available++;
            }

            again = recheck < (again ?? TimeSpan.MaxValue) ? recheck : again;
        }

        var templateLabels = set.At("spec", "template", "metadata", "labels") as JsonObject ?? [];
        var status = (set.At("status") as JsonObject)?.Copy() ?? [];
        status["replicas"] = pods.Count;
        status["fullyLabeledReplicas"] = pods.Count(pod => LabelSelector.MatchesMap(templateLabels, pod));
        status["readyReplicas"] = pods.Count(PodFacts.IsReady);
        status["availableReplicas"] = available;
        status["observedGeneration"] = set.Generation();
        if (failure is null)
        {
            Conditions.Remove(status, "ReplicaFailure");
        }
        else
        {
            Conditions.Set(status, "ReplicaFailure", "True", "FailedCreate", failure, now);
        }

        if (!JsonNode.DeepEquals(status, set.At("status")))
        {
            set["status"] = status;
            api.UpdateStatus(ResourceTypes.ReplicaSets, set, Name);
        }

        return again;
    }
}
