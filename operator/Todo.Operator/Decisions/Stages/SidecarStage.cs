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
        var unproven = apps.Find(a => !without.Contains(a) && !ready.Contains(a) && a.Converged);
        if (without.Count > 0 && unproven is null)
        {
            return turn.Roll(Stage.Sidecars, [.. apps.Select(a => (a, a.Template with { Sidecar = true }))]);
        }

        if (ready.Count == apps.Count)
        {
            return null;
        }

        var waiting = unproven ?? apps.First(a => !ready.Contains(a));
        var (message, fault) = Why(s, waiting);
        return Gate.Wait(Stage.Sidecars, $"{waiting.App.Deployment}: {message}", ready.Count, apps.Count) with { Fault = fault };
    }

    /// <summary>A pod of the present template without the sidecar that it asks for: injection happens when a pod is admitted or never.</summary>
    public static (string Message, Fault Fault)? Missing(ServiceView service) =>
        service.Live.FirstOrDefault(p => p is { HasSidecar: false, Flags.Sidecar: true } && p.Flags == service.Template) is { } pod
            ? ($"pod {pod.Name} was admitted without the sidecar that its template asks for.", new Fault(
                Failure.SidecarMissing, "the sidecar injector: kubectl get pods,mutatingwebhookconfigurations -A | grep dapr-sidecar-injector.", Final: true))
            : null;

    private static (string Message, Fault? Fault) Why(Situation s, ServiceView service)
    {
        if (Missing(service) is { } missing)
        {
            return missing;
        }

        var component = s.ComponentName(service, s.Goal.Broker);
        foreach (var pod in service.Live.Where(p => p.Flags == service.Template))
        {
            if (!pod.SidecarReady)
            {
                return ($"the sidecar of pod {pod.Name} is not ready.", new Fault(Failure.StepTimeout, Logs(pod)));
            }

            if (!pod.Sidecar.IsKnown)
            {
                return ($"the sidecar of pod {pod.Name} does not answer ({pod.Sidecar.Why}).", new Fault(Failure.StepTimeout, Logs(pod)));
            }

            if (!pod.Sidecar.Value!.Components.Contains(component))
            {
                return ($"the sidecar of pod {pod.Name} has not loaded Component {component}.", new Fault(
                    Failure.ComponentNotLoaded, $"{Logs(pod)} It names the Component and why it cannot be initialised."));
            }
        }

        return ("waiting for its new pods.", null);
    }

    private static string Logs(PodView pod) => $"kubectl logs {pod.Name} -c daprd.";
}
