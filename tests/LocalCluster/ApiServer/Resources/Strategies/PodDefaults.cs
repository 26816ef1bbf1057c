using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Resources.Strategies;

/// <summary>Defaults within a PodSpec that depend on other fields. The plain ones are in the schema.</summary>
internal static class PodDefaults
{
    public static void Apply(JsonObject podSpec)
    {
        if (podSpec.TextAt("serviceAccountName") is { Length: > 0 } account)
        {
            podSpec.Default("serviceAccount", account);
        }
        else if (podSpec.TextAt("serviceAccount") is { Length: > 0 } older)
        {
            podSpec["serviceAccountName"] = older;
        }

        foreach (var container in podSpec.ObjectsAt("containers").Concat(podSpec.ObjectsAt("initContainers")))
        {
            ApplyToContainer(container);
        }
    }

    private static void ApplyToContainer(JsonObject container)
    {
        var image = container.TextAt("image") ?? "";
        var name = image[(image.LastIndexOf('/') + 1)..];
        var isLatest = !name.Contains('@') && (!name.Contains(':') || name.EndsWith(":latest", StringComparison.Ordinal));
        container.Default("imagePullPolicy", isLatest ? "Always" : "IfNotPresent");

        // A limit without a request means a request of the same size.
        if (container.ObjectAt("resources", "limits") is { Count: > 0 } limits)
        {
            var requests = container.Ensure("resources", "requests");
            foreach (var (resource, amount) in limits)
            {
                requests.Default(resource, amount!.DeepClone());
            }
        }
    }
}
