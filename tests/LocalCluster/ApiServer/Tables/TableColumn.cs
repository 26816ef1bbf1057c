using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer.Tables;

/// <summary>One column of <c>kubectl get</c>.</summary>
/// <param name="Name">The heading.</param>
/// <param name="Cell">The cell's value for an object at a time.</param>
/// <param name="Type">OpenAPI type: string, integer, number, boolean, date.</param>
/// <param name="Priority">0: always shown; 1: with <c>-o wide</c>.</param>
internal sealed record TableColumn(string Name, Func<JsonObject, DateTimeOffset, JsonNode?> Cell, string Type = "string", int Priority = 0, string Description = "", string Format = "");
