using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Topology;

namespace Todo.Operator.Observation;

/// <summary>Makes a service's view from the cached Deployment and pods.</summary>
public static class ServiceReader
{
    /// <summary>Reads one service; what only the pods themselves know is still missing.</summary>
    public static ServiceView Read(GenerationContext context, AppDefinition app, V1Deployment? deployment, IEnumerable<V1Pod> pods) => new()
    {
        App = app,
        Deployment = deployment is null ? null : Read(context, app, deployment),
        Pods = deployment is null ? [] : [.. pods.Where(p => Selects(deployment, p) && p.Status?.Phase is not ("Succeeded" or "Failed")).Select(p => Read(app, p))],
    };

    private static DeploymentView Read(GenerationContext context, AppDefinition app, V1Deployment deployment)
    {
        var wanted = deployment.Spec?.Replicas ?? 1;
        var status = deployment.Status;
        return new DeploymentView
        {
            Uid = deployment.Uid(),
            ResourceVersion = deployment.ResourceVersion(),
            Replicas = wanted,
            Template = TemplateReader.Flags(app, deployment.Spec?.Template?.Metadata?.Annotations, deployment.Spec?.Template?.Spec),
            AnnotationsCurrent = TemplateReader.AnnotationsCurrent(context, app, deployment.Spec?.Template) && !TemplateReader.OwnsMore(context, app, deployment),
            Secrets = TemplateReader.Secrets(deployment.Spec?.Template?.Metadata?.Annotations),
            Available = (status?.AvailableReplicas ?? 0) >= Math.Min(1, wanted),
            RolledOut = status?.ObservedGeneration >= deployment.Generation()
                && (status.UpdatedReplicas ?? 0) == wanted
                && (status.Replicas ?? 0) == wanted
                && (status.AvailableReplicas ?? 0) == wanted,
        };
    }

    private static PodView Read(AppDefinition app, V1Pod pod)
    {
        var ready = pod.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready");
        var sidecar = TemplateReader.Sidecar(pod);
        return new PodView
        {
            Name = pod.Name(),
            Flags = TemplateReader.Flags(app, pod.Metadata.Annotations, pod.Spec),
            Secrets = TemplateReader.Secrets(pod.Metadata.Annotations),
            Ready = ready?.Status == "True",
            ReadySince = ready?.Status == "True" ? ready.LastTransitionTime : null,
            Terminating = pod.IsDeleting(),
            HasSidecar = TemplateReader.HasSidecar(pod),
            SidecarReady = sidecar?.Ready == true,
            SidecarRestarts = sidecar?.RestartCount ?? 0,
            AppRestarts = pod.Status?.ContainerStatuses?.FirstOrDefault(c => c.Name == app.Container)?.RestartCount ?? 0,
        };
    }

    private static bool Selects(V1Deployment deployment, V1Pod pod) =>
        deployment.Spec?.Selector?.MatchLabels is { Count: > 0 } labels && labels.All(l => pod.GetLabel(l.Key) == l.Value);
}
