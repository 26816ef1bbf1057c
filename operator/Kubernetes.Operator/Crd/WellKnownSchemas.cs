using System.Text.Json.Nodes;
using Kubernetes.Client.Models;

namespace Kubernetes.Operator.Crd;

/// <summary>Schemas of types that Kubernetes itself defines.</summary>
internal static class WellKnownSchemas
{
    public static JsonObject IntOrString() => new()
    {
        ["x-kubernetes-int-or-string"] = true,
        ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }),
    };

    public static JsonObject Quantity()
    {
        var schema = IntOrString();
        schema["pattern"] = @"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";
        return schema;
    }

    /// <summary>metav1.Condition.</summary>
    public static JsonObject Condition(XmlDescriptions descriptions)
    {
        JsonObject Field(string name, string type, params (string Name, JsonNode Value)[] facets)
        {
            var field = new JsonObject { ["description"] = descriptions.Of(typeof(V1Condition).GetProperty(name)!), ["type"] = type };
            foreach (var (facet, value) in facets)
            {
                field[facet] = value;
            }

            return field;
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = SchemaFacets.Texts(["lastTransitionTime", "message", "reason", "status", "type"]),
            ["properties"] = new JsonObject
            {
                ["type"] = Field(nameof(V1Condition.Type), "string", ("maxLength", 316)),
                ["status"] = Field(nameof(V1Condition.Status), "string", ("enum", SchemaFacets.Texts(["True", "False", "Unknown"]))),
                ["observedGeneration"] = Field(nameof(V1Condition.ObservedGeneration), "integer", ("format", "int64"), ("minimum", 0)),
                ["lastTransitionTime"] = Field(nameof(V1Condition.LastTransitionTime), "string", ("format", "date-time")),
                ["reason"] = Field(nameof(V1Condition.Reason), "string", ("minLength", 1), ("maxLength", 1024)),
                ["message"] = Field(nameof(V1Condition.Message), "string", ("maxLength", 32768)),
            },
        };
    }
}
