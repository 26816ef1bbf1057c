using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Tables;

namespace LocalCluster.ApiServer.CustomResources;

/// <summary>The columns of a custom resource: its name, then <c>additionalPrinterColumns</c>, or its age where there are none.</summary>
internal static class CustomColumns
{
    public static IReadOnlyList<TableColumn> Read(JsonObject version)
    {
        var columns = version.ObjectsAt("additionalPrinterColumns").Select(ReadColumn).ToList();
        return [BuiltInColumns.Name, .. columns.Count > 0 ? columns : [BuiltInColumns.Age]];
    }

    private static TableColumn ReadColumn(JsonObject column)
    {
        var type = column.TextAt("type") ?? "string";
        var path = JsonPath.Parse(column.TextAt("jsonPath") ?? "");
        return new TableColumn(
            column.TextAt("name") ?? "",
            (value, now) => Cell(path.Evaluate(value), type, now),
            type,
            (int)(column.NumberAt("priority") ?? 0),
            column.TextAt("description") ?? "",
            column.TextAt("format") ?? "");
    }

    private static JsonNode? Cell(IReadOnlyList<JsonNode?> found, string type, DateTimeOffset now)
    {
        if (found.Count == 0 || found[0] is not { } value)
        {
            return null;
        }

        return type switch
        {
            "date" => Ages.Since(value.AsText(), now),
            "string" when value is JsonObject or JsonArray => JsonText.ToText(value),
            "string" => value.GetValueKind() == JsonValueKind.String ? value.DeepClone() : value.ToJsonString(),
            _ => value.DeepClone(),
        };
    }
}
