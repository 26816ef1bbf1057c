using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Tables;

/// <summary>The columns of events in both of their versions.</summary>
internal static class EventColumns
{
    public static readonly IReadOnlyList<TableColumn> Core = Columns("involvedObject", "message", "source", "firstTimestamp", "lastTimestamp", "count");

    public static readonly IReadOnlyList<TableColumn> Newer =
        Columns("regarding", "note", "deprecatedSource", "deprecatedFirstTimestamp", "deprecatedLastTimestamp", "deprecatedCount");

    private static IReadOnlyList<TableColumn> Columns(string about, string message, string source, string first, string last, string count) =>
    [
        new("Last Seen", (o, now) => Ages.Since(o.TextAt("series", "lastObservedTime") ?? o.TextAt(last) ?? o.TextAt("eventTime") ?? Created(o), now)),
        BuiltInColumns.Text("Type", o => o.TextAt("type")),
        BuiltInColumns.Text("Reason", o => o.TextAt("reason")),
        BuiltInColumns.Text("Object", o => $"{o.TextAt(about, "kind")?.ToLowerInvariant()}/{o.TextAt(about, "name")}"),
        BuiltInColumns.Text("Subobject", o => o.TextAt(about, "fieldPath") ?? "", 1),
        BuiltInColumns.Text("Source", o => o.TextAt(source, "component") ?? o.TextAt("reportingComponent") ?? o.TextAt("reportingController") ?? "", 1),
        BuiltInColumns.Text("Message", o => o.TextAt(message)?.Trim()),
        new("First Seen", (o, now) => Ages.Since(o.TextAt(first) ?? o.TextAt("eventTime") ?? Created(o), now), Priority: 1),
        new("Count", (o, _) => o.NumberAt("series", "count") ?? o.NumberAt(count) ?? 1, "integer", 1),
        BuiltInColumns.Text("Name", o => o.TextAt("metadata", "name"), 1),
    ];

    private static string? Created(JsonObject value) => value.TextAt("metadata", "creationTimestamp");
}
