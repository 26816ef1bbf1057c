using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Tables;

/// <summary>Renders objects as the <c>Table</c> that <c>kubectl get</c> prints.</summary>
internal static class TableRenderer
{
    public static JsonObject Render(
        ResourceInfo resource, IReadOnlyList<JsonObject> items, string? includeObject, bool withColumns, string metaVersion, DateTimeOffset now)
    {
        var columns = resource.Columns;
        var table = new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = $"meta.k8s.io/{metaVersion}",
            ["metadata"] = new JsonObject(),
            ["columnDefinitions"] = withColumns ? new JsonArray([.. columns.Select(Definition)]) : null,
            ["rows"] = new JsonArray([.. items.Select(i => (JsonNode)Row(i, columns, includeObject, metaVersion, now))]),
        };
        return table;
    }

    private static JsonNode Definition(TableColumn column) => new JsonObject
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Format,
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    };

    private static JsonObject Row(JsonObject item, IReadOnlyList<TableColumn> columns, string? includeObject, string metaVersion, DateTimeOffset now)
    {
        var row = new JsonObject { ["cells"] = new JsonArray([.. columns.Select(c => c.Cell(item, now))]) };
        if (includeObject == "Object")
        {
            row["object"] = item.DeepClone();
        }
        else if (includeObject != "None")
        {
            row["object"] = new JsonObject
            {
                ["kind"] = "PartialObjectMetadata",
                ["apiVersion"] = $"meta.k8s.io/{metaVersion}",
                ["metadata"] = item["metadata"]!.DeepClone(),
            };
        }

        return row;
    }
}
