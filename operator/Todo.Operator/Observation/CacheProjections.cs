using Kubernetes.Client.Models;
using Todo.Operator.Execution;
using Todo.Operator.Generation;

namespace Todo.Operator.Observation;

/// <summary>
/// What of watched objects is kept: what <see cref="ServiceReader"/>, <see cref="TemplateReader"/> and <see cref="ManifestComparer"/> read of them. A thousand platforms have twenty-seven
/// thousand of them, and most of a Deployment and a pod is probes, resources and mounts. Whoever needs all of one asks the API server.
/// </summary>
public static class CacheProjections
{
    private const string DaprAnnotation = "dapr.io/";

    /// <summary>Of a Deployment: how many there are to be, whose pods they are, and what the template says to Dapr.</summary>
    public static V1Deployment Of(V1Deployment deployment) => deployment with
    {
        Metadata = Metadata(deployment.Metadata) with { ManagedFields = TemplateReader.OwnedContent(deployment) },
        Spec = deployment.Spec is { } spec
            ? new V1DeploymentSpec
            {
                Replicas = spec.Replicas,
                Selector = spec.Selector,
                Template = spec.Template is { } template
                    ? new V1PodTemplateSpec { Metadata = Annotations(template.Metadata?.Annotations) is { } said ? new V1ObjectMeta { Annotations = said } : null, Spec = Spec(template.Spec) }
                    : null,
            }
            : null,
        Status = deployment.Status is { } status ? status with { Conditions = null } : null,
    };

    /// <summary>Of a pod: whose it is, what it was started with, and how its containers are.</summary>
    public static V1Pod Of(V1Pod pod) => pod with
    {
        Metadata = Metadata(pod.Metadata) with { Labels = pod.Metadata.Labels, Annotations = Annotations(pod.Metadata.Annotations) },
        Spec = Spec(pod.Spec),
        Status = pod.Status is { } status
            ? new V1PodStatus
            {
                Phase = status.Phase,
                Conditions = status.Conditions?.Where(static c => c.Type == "Ready").Select(static c => new V1PodCondition { Type = c.Type, Status = c.Status, LastTransitionTime = c.LastTransitionTime }).ToArray(),
                ContainerStatuses = Statuses(status.ContainerStatuses),
                InitContainerStatuses = Statuses(status.InitContainerStatuses),
            }
            : null,
    };

    /// <summary>
    /// Of a Dapr resource: all that it says, but of its managedFields only those of the content that is generated. The rest names the platform's uid, so that no two platforms would share it.
    /// </summary>
    public static TDapr Of<TDapr>(TDapr resource) where TDapr : DaprObject
    {
        resource.Metadata.ManagedFields = resource.Metadata.ManagedFields?
            .Where(static e => e.Manager == FieldManagers.Generated && e.Operation == "Apply")
            .Select(static e => e with { FieldsV1 = e.FieldsV1 is { } fields ? ManifestComparer.OwnedContent(fields) : null })
            .ToArray();
        return resource;
    }

    private static V1ObjectMeta Metadata(V1ObjectMeta whole) => new()
    {
        Name = whole.Name,
        NamespaceProperty = whole.NamespaceProperty,
        Uid = whole.Uid,
        ResourceVersion = whole.ResourceVersion,
        Generation = whole.Generation,
        DeletionTimestamp = whole.DeletionTimestamp,
    };

    private static Dictionary<string, string>? Annotations(IDictionary<string, string>? all)
    {
        var read = all?.Where(static a => a.Key.StartsWith(DaprAnnotation, StringComparison.Ordinal) || a.Key == TemplateGenerator.SecretsAnnotation).ToDictionary(StringComparer.Ordinal);
        return read is { Count: > 0 } ? read : null;
    }

    private static V1PodSpec? Spec(V1PodSpec? spec) => spec is null ? null : new V1PodSpec
    {
        Containers = Containers(spec.Containers),
        InitContainers = Containers(spec.InitContainers),
    };

    private static V1Container[]? Containers(IList<V1Container>? all) => all?.Select(static c => new V1Container
    {
        Name = c.Name,
        Env = c.Env?.Where(static e => TemplateGenerator.Variables.Contains(e.Name)).Select(static e => new V1EnvVar { Name = e.Name, Value = e.Value }).ToArray(),
    }).ToArray();

    private static V1ContainerStatus[]? Statuses(IList<V1ContainerStatus>? all) =>
        all?.Select(static s => new V1ContainerStatus { Name = s.Name, Ready = s.Ready, RestartCount = s.RestartCount }).ToArray();
}
