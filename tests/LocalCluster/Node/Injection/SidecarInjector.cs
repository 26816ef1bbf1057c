using System.Text.Json.Nodes;
using LocalCluster.ApiServer;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Node.Injection;

/// <summary>
/// Puts the sidecar into pods that ask for it, when they are created. Only then: an annotation added later does nothing, as in Kubernetes.
/// </summary>
public sealed class SidecarInjector(SidecarOptions? options) : IAdmission
{
    /// <summary>Name of the injected container.</summary>
    public const string ContainerName = "daprd";

    /// <summary>Label of pods that were injected.</summary>
    public const string InjectedLabel = "dapr.io/sidecar-injected";

    /// <summary>Variable through which the node tells the sidecar's arguments where its resources are.</summary>
    internal const string ResourcesVariable = "LOCALCLUSTER_DAPR_RESOURCES";

    /// <summary>Variable through which the node tells the sidecar's arguments where its Configuration is.</summary>
    internal const string ConfigVariable = "LOCALCLUSTER_DAPR_CONFIG";

    /// <summary>Says false: pods are let through unchanged and nothing says so. That is how a real injector fails that can't be reached.</summary>
    public Func<bool> IsReachable { get; set; } = static () => true;

    /// <inheritdoc/>
    /// <exception cref="ApiException">An annotation is one that the real injector refuses.</exception>
    public void MutatePod(JsonObject pod)
    {
        if (options is null || !SidecarAnnotations.IsTrue(pod.Annotation("dapr.io/enabled"))
            || pod.Items("spec", "containers").Any(container => container.Text("name") == ContainerName) || !IsReachable())
        {
            return;
        }

        var annotations = new SidecarAnnotations(pod);
        annotations.Validate();
        var containers = pod.Child("spec").ChildList("containers");
        foreach (var container in containers.OfType<JsonObject>())
        {
            SidecarContainer.AddVariables(container, annotations);
        }

        containers.Add((JsonNode)SidecarContainer.Build(annotations, options));
        pod.Child("metadata").Child("labels")[InjectedLabel] = "true";
    }

    /// <summary>The app-id of a pod: its annotation, or its name.</summary>
    internal static string AppId(JsonObject pod) => pod.Annotation("dapr.io/app-id") is { Length: > 0 } id ? id : pod.Name();
}
