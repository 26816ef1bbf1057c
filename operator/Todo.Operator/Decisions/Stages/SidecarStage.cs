namespace Todo.Operator.Decisions.Stages;

/// <summary>
/// A sidecar in every pod of every app that will use Dapr, flags still off. Injection fails open, so the annotation counts for
/// nothing: the pod must have a ready <c>daprd</c> that lists the target's Component.
/// </summary>
internal static class SidecarStage
{
    public static Gate? Evaluate(Turn turn)
    {
        var s = turn.Situation;
        var apps = s.Services.Where(v => s.Goal.ThroughDapr(v.Id)).ToList();
        var ready = apps.Where(a => a.Template.Sidecar && s.ComponentLoaded(a, s.Goal.Broker) == true).ToList();
        var without = apps.Where(a => !a.Template.Sidecar || a.Deployment is { AnnotationsCurrent: false }).ToList();
        if (without.Count > 0)
        {
            return turn.Roll(Stage.Sidecars, [.. apps.Select(a => (a, a.Template with { Sidecar = true }))]);
        }

        if (ready.Count == apps.Count)
        {
            return null;
        }

        var waiting = apps.First(a => !ready.Contains(a));
        return Gate.Wait(Stage.Sidecars, $"{waiting.App.Deployment}: {Why(s, waiting)}", ready.Count, apps.Count);
    }

    private static string Why(Situation s, ServiceView service)
    {
        var component = s.ComponentName(service, s.Goal.Broker);
        foreach (var pod in service.Live.Where(p => p.Flags == service.Template))
        {
            if (!pod.HasSidecar)
            {
                return $"pod {pod.Name} has no sidecar (is the injector running?).";
            }

            if (!pod.SidecarReady)
            {
                return $"the sidecar of pod {pod.Name} is not ready.";
            }

            if (!pod.Sidecar.IsKnown)
            {
                return $"the sidecar of pod {pod.Name} does not answer ({pod.Sidecar.Why}).";
            }

            if (!pod.Sidecar.Value!.Components.Contains(component))
            {
                return $"the sidecar of pod {pod.Name} has not loaded Component {component}.";
            }
        }

        return "waiting for its new pods.";
    }
}
