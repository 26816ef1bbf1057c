using Kubernetes.Operator.Events;
using Todo.Operator.Resource;

namespace Todo.Operator.Status;

/// <summary>Reports changes of phase and stage as Events, for <c>kubectl describe</c>.</summary>
public sealed class Announcer(IEventPublisher events)
{
    private static readonly string[] Bad = ["RollingBack", "RolledBack", "Degraded"];

    /// <summary>Reports what has changed since the status that the platform had.</summary>
    public void Announce(V1Alpha1TodoPlatform platform, TodoPlatformStatus now)
    {
        var before = platform.Status;
        if (before?.Phase != now.Phase && now.Phase is { } phase)
        {
            var failed = phase == "Preflight" && now.Preflight?.Any(p => p.Result == "Failed") == true;
            events.Publish(platform, failed || Bad.Contains(phase) ? EventType.Warning : EventType.Normal, failed ? "PreflightFailed" : phase, now.Message ?? string.Empty);
        }
        else if (before?.Stage != now.Stage && now.Stage is { } stage && stage != "Done")
        {
            events.Publish(platform, EventType.Normal, stage, now.Message ?? string.Empty);
        }

        if (before?.Move?.Failure is null && now.Move?.Failure is { } failure)
        {
            events.Publish(platform, EventType.Warning, failure.Reason ?? "MoveFailed", failure.Message ?? string.Empty);
        }
    }
}
