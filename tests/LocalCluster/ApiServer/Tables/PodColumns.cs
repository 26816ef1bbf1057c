using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Tables;

/// <summary>The columns of pods, whose STATUS sums up what the containers do.</summary>
internal static class PodColumns
{
    private const string None = "<none>";

    public static readonly IReadOnlyList<TableColumn> All =
    [
        BuiltInColumns.Name,
        BuiltInColumns.Text("Ready", o => $"{Statuses(o).Count(s => s["ready"].AsBool() == true)}/{o.ArrayAt("spec", "containers")?.Count ?? 0}"),
        BuiltInColumns.Text("Status", Status),
        new TableColumn("Restarts", Restarts),
        BuiltInColumns.Age,
        BuiltInColumns.Text("IP", o => o.TextAt("status", "podIP") ?? None, 1),
        BuiltInColumns.Text("Node", o => o.TextAt("spec", "nodeName") ?? None, 1),
        BuiltInColumns.Text("Nominated Node", o => o.TextAt("status", "nominatedNodeName") ?? None, 1),
        BuiltInColumns.Text("Readiness Gates", _ => None, 1),
    ];

    private static IEnumerable<JsonObject> Statuses(JsonObject pod) => pod.ObjectsAt("status", "containerStatuses");

    private static string Status(JsonObject pod)
    {
        if (pod.At("metadata", "deletionTimestamp") is not null)
        {
            return "Terminating";
        }

        // The last container that has something to say wins, as in kubectl's own printer.
        var status = pod.TextAt("status", "reason") ?? pod.TextAt("status", "phase") ?? "Unknown";
        var isRunning = false;
        foreach (var container in Statuses(pod).Reverse())
        {
            var state = container.ObjectAt("state");
            if (state.TextAt("waiting", "reason") is { Length: > 0 } waiting)
            {
                status = waiting;
            }
            else if (state.ObjectAt("terminated") is { } ended)
            {
                status = ended.TextAt("reason") is { Length: > 0 } reason ? reason : $"ExitCode:{ended.NumberAt("exitCode")}";
            }
            else if (container["ready"].AsBool() == true && state.ObjectAt("running") is not null)
            {
                isRunning = true;
            }
        }

        return status == "Completed" && isRunning ? "Running" : status;
    }

    private static JsonNode Restarts(JsonObject pod, DateTimeOffset now)
    {
        var count = Statuses(pod).Sum(s => s.NumberAt("restartCount") ?? 0);
        var last = Statuses(pod).Select(s => s.TextAt("lastState", "terminated", "finishedAt")).OfType<string>().Max(StringComparer.Ordinal);
        return count > 0 && last is not null ? $"{count} ({Ages.Since(last, now)} ago)" : $"{count}";
    }
}
