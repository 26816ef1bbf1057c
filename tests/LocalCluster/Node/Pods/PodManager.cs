using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Controllers.Runtime;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Node.Pods;

/// <summary>Binds pods to the node and keeps one <see cref="PodWorker"/> for each: scheduler and kubelet in one.</summary>
internal sealed partial class PodManager(NodeServices node, EventRecorder scheduler)
{
    private readonly ConcurrentDictionary<string, PodWorker> _workers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<PodWorker, Task> _leaving = new();
    private readonly ILogger _logger = node.Logger;
    private volatile bool _closed;

    /// <summary>Listens to pods and to what their variables come from.</summary>
    public void Connect(InformerSet informers)
    {
        informers.For(ResourceTypes.Pods).Listen(OnPod);
        informers.For(ResourceTypes.ConfigMaps).Listen(OnConfig);
        informers.For(ResourceTypes.Secrets).Listen(OnConfig);
    }

    /// <summary>The worker of a pod by name, or null.</summary>
    public PodWorker? Find(string ns, string name) => _workers.Values.FirstOrDefault(worker => worker.Key == new ObjectKey(ns, name));

    /// <summary>Ends every process; objects stay as they are.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        _closed = true;
        await Task.WhenAll(_workers.Values.Select(worker => worker.TerminateAsync(grace, removeObject: false)));
        await Task.WhenAll(_leaving.Values);
    }

    private void OnPod(ObjectChange change)
    {
        if (_closed)
        {
            return;
        }

        try
        {
            if (change.New is not { } pod)
            {
                OnGone(change.Latest.Uid());
            }
            else if (pod.Text("spec", "nodeName") is { } name)
            {
                if (name == node.Options.NodeName)
                {
                    OnOwn(pod);
                }
            }
            else if (!pod.IsTerminating())
            {
                Bind(pod.Copy());
            }
        }
        catch (ApiException e) when (e.Reason is "Conflict" or "NotFound")
        {
            // A newer version of the pod is on its way here.
        }
        catch (Exception e)
        {
            LogFailed(e, change.Key);
        }
    }

    private void Bind(JsonObject pod)
    {
        pod.Child("spec")["nodeName"] = node.Options.NodeName;
        pod = node.Api.Update(ResourceTypes.Pods, pod, "kube-scheduler");
        scheduler.Normal(ResourceTypes.Pods, pod, "Scheduled", $"Successfully assigned {pod.Namespace()}/{pod.Name()} to {node.Options.NodeName}");
    }

    private void OnOwn(JsonObject pod)
    {
        var known = _workers.TryGetValue(pod.Uid(), out var worker);
        if (!known)
        {
            if (PodFacts.IsFinished(pod) || pod.IsTerminating())
            {
                // From before this node's start: nothing of it runs any more.
                RemoveStale(pod);
                return;
            }

            _workers[pod.Uid()] = worker = new PodWorker(node, pod);
        }

        if (pod.IsTerminating())
        {
            _ = worker!.TerminateAsync(TimeSpan.FromSeconds(pod.Int("metadata", "deletionGracePeriodSeconds") ?? 30));
        }
    }

    /// <summary>The object is gone: usually because its worker removed it, else (forced deletion) the processes have to follow at once.</summary>
    private void OnGone(string uid)
    {
        if (_workers.TryRemove(uid, out var worker))
        {
            _leaving[worker] = worker.TerminateAsync(TimeSpan.Zero);
            _ = ForgetAsync(worker);
        }

        async Task ForgetAsync(PodWorker leaving)
        {
            await _leaving[leaving];
            _leaving.TryRemove(leaving, out _);
            leaving.Dispose();
        }
    }

    private void RemoveStale(JsonObject pod)
    {
        if (pod.IsTerminating())
        {
            node.Api.Delete(ResourceTypes.Pods, pod.Namespace(), pod.Name(), new DeleteRequest(GracePeriodSeconds: 0, Uid: pod.Uid()));
        }
    }

    private void OnConfig(ObjectChange change)
    {
        foreach (var worker in _workers.Values.Where(worker => worker.Key.Namespace == change.Key.Namespace))
        {
            worker.SignalConfigChanged();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Handling pod {Pod} failed")]
    private partial void LogFailed(Exception exception, ObjectKey pod);
}
