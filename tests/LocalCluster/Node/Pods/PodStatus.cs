using System.Text.Json.Nodes;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Node.Pods;

/// <summary>Works out a pod's status from its containers: a pure function.</summary>
internal static class PodStatus
{
    /// <summary>The status as it should be now; transition times of <paramref name="pod"/>'s present status are kept.</summary>
    public static JsonObject Build(
        JsonObject pod, string podAddress, string hostAddress, IReadOnlyList<ContainerSnapshot> init, IReadOnlyList<ContainerSnapshot> containers, DateTimeOffset now)
    {
        var status = (pod.At("status") as JsonObject)?.Copy() ?? [];
        var phase = Phase(pod.Text("spec", "restartPolicy") ?? "Always", init, containers);
        status["phase"] = phase;
        status["podIP"] = podAddress;
        status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = podAddress });
        status["hostIP"] = hostAddress;
        status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = hostAddress });
        status["startTime"] ??= Metadata.Format(now);

        var finished = phase is "Succeeded" or "Failed";
        var initialized = init.All(IsDone);
        var unready = containers.Where(container => !container.Ready).Select(container => container.Name).ToList();
        Set(status, "PodReadyToStartContainers", !finished, null, null, now);
        Set(status, "Initialized", initialized, "ContainersNotInitialized", $"containers with incomplete status: [{Names(init.Where(c => !IsDone(c)))}]", now);
        foreach (var type in (ReadOnlySpan<string>)["Ready", "ContainersReady"])
        {
            if (finished)
            {
                Set(status, type, false, phase == "Succeeded" ? "PodCompleted" : "PodFailed", null, now);
            }
            else
            {
                Set(status, type, initialized && unready.Count == 0, "ContainersNotReady", $"containers with unready status: [{string.Join(' ', unready)}]", now);
            }
        }

        Set(status, "PodScheduled", true, null, null, now);
        if (init.Count > 0)
        {
            status["initContainerStatuses"] = new JsonArray([.. init.Select(Describe)]);
        }

        status["containerStatuses"] = new JsonArray([.. containers.Select(Describe)]);
        status["qosClass"] ??= "BestEffort";
        return status;
    }

    /// <summary>The pod's phase (Kubernetes' <c>getPhase</c>).</summary>
    public static string Phase(string restartPolicy, IReadOnlyList<ContainerSnapshot> init, IReadOnlyList<ContainerSnapshot> containers)
    {
        if (init.Any(container => container.State is ContainerState.Terminated { ExitCode: not 0 }) && restartPolicy == "Never")
        {
            return "Failed";
        }

        if (!init.All(IsDone) || containers.Any(container => container.State is ContainerState.Waiting && container.Last is null))
        {
            return "Pending";
        }

        if (restartPolicy == "Always" || containers.Any(container => container.State is not ContainerState.Terminated))
        {
            return "Running";
        }

        var allGood = containers.All(container => container.State is ContainerState.Terminated { ExitCode: 0 });
        return allGood ? "Succeeded" : restartPolicy == "Never" ? "Failed" : "Running";
    }

    private static bool IsDone(ContainerSnapshot init) => init.State is ContainerState.Terminated { ExitCode: 0 };

    private static string Names(IEnumerable<ContainerSnapshot> containers) => string.Join(' ', containers.Select(container => container.Name));

    private static void Set(JsonObject status, string type, bool value, string? reasonWhenFalse, string? messageWhenFalse, DateTimeOffset now) =>
        Conditions.Set(status, type, value ? "True" : "False", value ? null : reasonWhenFalse, value ? null : messageWhenFalse, now);

    private static JsonNode Describe(ContainerSnapshot container)
    {
        var result = new JsonObject
        {
            ["name"] = container.Name,
            ["image"] = container.Image,
            ["imageID"] = container.ContainerId is null ? "" : $"local://{container.Image}",
            ["state"] = Describe(container.State),
            ["lastState"] = container.Last is null ? new JsonObject() : Describe(container.Last),
            ["ready"] = container.Ready,
            ["started"] = container.Started,
            ["restartCount"] = container.RestartCount,
        };
        if (container.ContainerId is not null)
        {
            result["containerID"] = container.ContainerId;
        }

        return result;
    }

    private static JsonObject Describe(ContainerState state)
    {
        switch (state)
        {
            case ContainerState.Running running:
                return new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Metadata.Format(running.StartedAt) } };
            case ContainerState.Waiting waiting:
                var reason = new JsonObject { ["reason"] = waiting.Reason };
                if (waiting.Message is not null)
                {
                    reason["message"] = waiting.Message;
                }

                return new JsonObject { ["waiting"] = reason };
            case ContainerState.Terminated ended:
                var outcome = new JsonObject
                {
                    ["exitCode"] = ended.ExitCode,
                    ["reason"] = ended.Reason,
                    ["startedAt"] = Metadata.Format(ended.StartedAt),
                    ["finishedAt"] = Metadata.Format(ended.FinishedAt),
                    ["containerID"] = ended.ContainerId,
                };
                if (ended.Message is not null)
                {
                    outcome["message"] = ended.Message;
                }

                return new JsonObject { ["terminated"] = outcome };
            default:
                throw new ArgumentOutOfRangeException(nameof(state));
        }
    }
}
