using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Http;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Storage;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.ApiServer.Subresources;

/// <summary><c>pods/NAME/log</c>: finds the container that is meant and passes on what the node has.</summary>
internal sealed class PodLogHandler(Cluster cluster)
{
    private const string DefaultContainer = "kubectl.kubernetes.io/default-container";

    public async Task HandleAsync(RequestContext context, CancellationToken stopping)
    {
        var pod = cluster.Store.Find(ResourceTypes.Pods.Plural, context.Key) ?? throw ApiErrors.NotFound(ResourceTypes.Pods, context.Key.Name);
        var container = Container(context, pod);
        var request = new PodLogRequest(
            context.Key.Namespace, context.Key.Name, container, context.Flag("follow"), context.Flag("previous"),
            (int?)context.Number("tailLines"), context.Flag("timestamps"), (int?)context.Number("sinceSeconds"));
        var response = context.Http.Response;
        response.ContentType = "text/plain";
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Aborted, stopping);
        if (request.Follow)
        {
            // Whoever follows a silent container still wants to know that it is connected.
            await response.StartAsync(ended.Token);
            await response.Body.FlushAsync(ended.Token);
        }

        var isFound = cluster.PodLogs is { } logs && await logs.CopyAsync(request, response.Body, ended.Token);
        if (!isFound && !response.HasStarted)
        {
            throw ApiErrors.BadRequest($"container \"{container}\" in pod \"{context.Key.Name}\" is waiting to start: there is no log yet");
        }
    }

    private static string Container(RequestContext context, StoredObject pod)
    {
        var name = context.Key.Name;
        var main = pod.Value.ObjectsAt("spec", "containers").Select(c => c.TextAt("name") ?? "").ToList();
        List<string> all = [.. main, .. pod.Value.ObjectsAt("spec", "initContainers").Select(c => c.TextAt("name") ?? "")];
        var asked = context.Query("container");
        if (string.IsNullOrEmpty(asked))
        {
            asked = pod.Value.TextAt("metadata", "annotations", DefaultContainer) ?? (main.Count == 1 ? main[0] : null);
        }

        if (asked is null)
        {
            throw ApiErrors.BadRequest($"a container name must be specified for pod {name}, choose one of: [{string.Join(' ', all)}]");
        }

        return all.Contains(asked) ? asked : throw ApiErrors.BadRequest($"container {asked} is not valid for pod {name}");
    }
}
