using System.Diagnostics;
using Kubernetes.Client.Entities;
using Todo.Operator.Resource;

namespace Todo.Operator.Telemetry;

/// <summary>
/// A move as a trace of its own, written when it has ended. All of its times stand in status, so it is whole although another process than the one that began it ends it.
/// </summary>
internal static class MoveTrace
{
    /// <summary>Writes down what is new in a status that has been written.</summary>
    public static void Record(V1Alpha1TodoPlatform platform, TodoPlatformStatus now)
    {
        if (!PlatformTracing.Source.HasListeners())
        {
            return;
        }

        var before = platform.Status;
        Turn(Activity.Current, before, now);
        foreach (var entry in (now.History ?? []).Where(h => before?.History?.Any(b => b.When == h.When && b.To == h.To) != true))
        {
            // A move that was given up for another is the one that was there before.
            var move = now.Move?.Epoch > before?.Move?.Epoch ? before!.Move! : now.Move;
            if (move is { StartedAt: { } started } && entry.When is { } ended && started <= ended)
            {
                Write(platform, move, entry, started, ended);
            }
        }
    }

    /// <summary>Another phase, stage or epoch is something that a visit has done, although it may be nothing but a change of status.</summary>
    private static void Turn(Activity? visit, TodoPlatformStatus? before, TodoPlatformStatus now)
    {
        if (visit is null || (before?.Phase, before?.Stage, before?.Move?.Epoch) == (now.Phase, now.Stage, now.Move?.Epoch))
        {
            return;
        }

        visit.AddEvent(new ActivityEvent("stage", tags: new ActivityTagsCollection
        {
            ["todoplatform.before"] = $"{before?.Phase}/{before?.Stage}",
            ["todoplatform.now"] = $"{now.Phase}/{now.Stage}",
        }));
        PlatformTracing.Keep(visit);
    }

    private static void Write(V1Alpha1TodoPlatform platform, MoveStatus move, HistoryEntry entry, DateTimeOffset started, DateTimeOffset ended)
    {
        var visit = Activity.Current;
        ActivityLink[] links = visit is null ? [] : [new ActivityLink(visit.Context)];
        Activity.Current = null;
        try
        {
            using var span = PlatformTracing.Source.StartActivity(ActivityKind.Internal, startTime: started, links: links, name: "move")?
                .SetTag("k8s.namespace.name", platform.Namespace())
                .SetTag("k8s.object.name", platform.Name())
                .SetTag("todoplatform.move.epoch", move.Epoch)
                .SetTag("todoplatform.move.from", entry.From)
                .SetTag("todoplatform.move.target", entry.To)
                .SetTag("todoplatform.move.result", entry.Result)
                .SetTag("todoplatform.move.reason", move.Reason);
            if (span is null)
            {
                return;
            }

            PlatformTracing.Keep(span);
            Parts(move, started, ended);
            var failed = entry.Result == "Failed";
            span.SetStatus(failed ? ActivityStatusCode.Error : ActivityStatusCode.Ok, failed ? entry.Reason : null).SetEndTime(ended.UtcDateTime);
        }
        finally
        {
            Activity.Current = visit;
        }
    }

    /// <summary>The parts whose ends are in status.</summary>
    private static void Parts(MoveStatus move, DateTimeOffset started, DateTimeOffset ended)
    {
        var at = started;
        foreach (var (name, end) in new[] { ("move publishers", move.PublishersBackAt), ("drain", move.DrainedAt), ("retire", move.FinishedAt) })
        {
            if (end is { } until && until >= at && until <= ended)
            {
                using var part = PlatformTracing.Source.StartActivity(ActivityKind.Internal, startTime: at, name: name)?.SetEndTime(until.UtcDateTime);
                at = until;
            }
        }
    }
}
