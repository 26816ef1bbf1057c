using Todo.Operator.Topology;

namespace Todo.Operator.Decisions.Stages;

/// <summary>
/// The notification service's job is in Dapr's scheduler, not in a pod: it survives pods, and only the app's own sidecar can delete
/// it. So it is stopped when no pod with USE_DAPR=true is left (each would make it again), and before the sidecars go.
/// </summary>
internal static class JobStage
{
    public static Gate? Evaluate(Turn turn)
    {
        var s = turn.Situation;
        if (s.Services.FirstOrDefault(v => v.Id == ServiceId.Notification) is not { } notification)
        {
            return null;
        }

        return s.Goal.ThroughDapr(ServiceId.Notification) ? Start(notification) : Stop(notification);
    }

    private static Gate? Start(ServiceView notification)
    {
        var pods = notification.Serving.Where(p => p.SidecarReady).ToList();
        return pods.Find(p => p.Report.Is(r => r.JobScheduled == true)) is not null
            ? null
            : pods.Find(p => p.Report.Is(r => r.JobScheduled == false)) is { } pod
                ? Gate.Act(Stage.Jobs, "Starting the notification job.", [new StartJob(pod.Name)], 0, 1)
                : Gate.Wait(Stage.Jobs, "Waiting for the notification job.", 0, 1);
    }

    private static Gate? Stop(ServiceView notification)
    {
        if (notification.Pods.Any(p => p.Flags.UseDapr))
        {
            return Gate.Wait(Stage.Jobs, "Waiting for the last notification pod that uses Dapr.", 0, 1);
        }

        // Without a sidecar there is nobody left to ask, and none is begun without one.
        var pods = notification.Serving.Where(p => p.SidecarReady).ToList();
        return pods.Count == 0 || pods.TrueForAll(p => p.Report.Is(r => r.JobScheduled == false))
            ? null
            : pods.Find(p => p.Report.Is(r => r.JobScheduled == true)) is { } pod
                ? Gate.Act(Stage.Jobs, "Stopping the notification job.", [new StopJob(pod.Name)], 0, 1)
                : Gate.Wait(Stage.Jobs, "Waiting for word of the notification job.", 0, 1);
    }
}
