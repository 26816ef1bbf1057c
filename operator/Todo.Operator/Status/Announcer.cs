using Kubernetes.Operator.Events;
using Todo.Operator.Decisions;
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
        var news = PreflightNews.Of(before?.Preflight, now.Preflight).ToList();
        foreach (var (type, reason, note) in news)
        {
            events.Publish(platform, type, reason, note);
        }

        if (before?.Phase != now.Phase && now.Phase is { } phase)
        {
            if (news.Count == 0 || phase != "Preflight")
            {
                events.Publish(platform, Bad.Contains(phase) ? EventType.Warning : EventType.Normal, phase, now.Message ?? string.Empty);
            }
        }
        else if (before?.Stage != now.Stage && now.Stage is { } stage && stage != "Done")
        {
            events.Publish(platform, EventType.Normal, stage, now.Message ?? string.Empty);
        }

        if (before?.Move?.Failure is null && now.Move?.Failure is { } failure)
        {
            var requested = failure.Reason is Failure.Aborted or Failure.RollbackRequested;
            events.Publish(platform, requested ? EventType.Normal : EventType.Warning, failure.Reason ?? "MoveFailed", failure.Message ?? string.Empty);
        }

        Clocks(platform, before?.Move, now.Move);
        foreach (var taken in (now.Acknowledged ?? []).Where(a => before?.Acknowledged?.Any(b => b.Request == a.Request && b.Token == a.Token) != true))
        {
            events.Publish(platform, EventType.Normal, "RequestTaken", $"{taken.Request} ({taken.Token}): {taken.Result}");
        }
    }

    /// <summary>The two clocks of a rollback: when publishers were back, and when the broker that was left was empty.</summary>
    private void Clocks(V1Alpha1TodoPlatform platform, MoveStatus? before, MoveStatus? now)
    {
        if (now is not { Reason: nameof(MoveReason.Rollback), Failure.At: { } since })
        {
            return;
        }

        if (now.PublishersBackAt is { } back && (before?.Epoch != now.Epoch || before.PublishersBackAt is null))
        {
            events.Publish(platform, EventType.Normal, "PublishersBack", $"All publishers are back on {now.Target}, {(back - since).TotalSeconds:0} s after the verdict.");
        }

        if (now.DrainedAt is { } drained && (before?.Epoch != now.Epoch || before.DrainedAt is null))
        {
            events.Publish(platform, EventType.Normal, "Drained", $"Everything sent elsewhere is handled, {(drained - since).TotalSeconds:0} s after the verdict.");
        }
    }
}
