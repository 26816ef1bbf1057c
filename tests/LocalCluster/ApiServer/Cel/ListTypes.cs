using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Cel;

/// <summary>
/// Kubernetes compiles a rule with types, and a list that is written in it has to be of one. Every object of a schema is a type of its own there,
/// even beside another one of the same fields. This is the only part of that check which is kept; what has no type here fits anything.
/// </summary>
internal sealed class ListTypes
{
    private const string Boolean = "bool";

    private readonly Dictionary<string, Place?> _variables = new(StringComparer.Ordinal);

    private ListTypes(JsonObject schema)
    {
        var self = new Place(schema, "selfType");
        (_variables["self"], _variables["oldSelf"]) = (self, self);
    }

    /// <summary>Why a rule of this schema is not compiled; null: it is.</summary>
    public static string? Problem(CelNode rule, JsonObject schema) => new ListTypes(schema).Find(rule);

    private string? Find(CelNode node) => node switch
    {
        CelNode.List list => list.Items.Select(Find).FirstOrDefault(p => p is not null) ?? Mixture(list),
        CelNode.Select select => Find(select.Target),
        CelNode.Index index => Find(index.Target) ?? Find(index.Key),
        CelNode.Call call => (call.Target is null ? null : Find(call.Target)) ?? call.Arguments.Select(Find).FirstOrDefault(p => p is not null),
        CelNode.Unary unary => Find(unary.Operand),
        CelNode.Binary binary => Find(binary.Left) ?? Find(binary.Right),
        CelNode.Conditional conditional => Find(conditional.Condition) ?? Find(conditional.Then) ?? Find(conditional.Else),
        CelNode.Map map => map.Entries.Select(e => Find(e.Key) ?? Find(e.Value)).FirstOrDefault(p => p is not null),
        CelNode.Comprehension comprehension => Find(comprehension.Target) ?? InScope(comprehension),
        _ => null,
    };

    private string? InScope(CelNode.Comprehension comprehension)
    {
        var hidden = _variables.GetValueOrDefault(comprehension.Variable);
        _variables[comprehension.Variable] = PlaceOf(comprehension.Target)?.Item;
        var problem = Find(comprehension.Body) ?? (comprehension.Second is null ? null : Find(comprehension.Second));
        _variables[comprehension.Variable] = hidden;
        return problem;
    }

    private string? Mixture(CelNode.List list)
    {
        var types = list.Items.Select(TypeOf).OfType<string>().Distinct(StringComparer.Ordinal).Take(2).ToList();
        return types.Count < 2 ? null : $"expected type '{types[0]}' but found '{types[1]}'";
    }

    private string? TypeOf(CelNode node) => node switch
    {
        CelNode.Literal { Value: long } => "int",
        CelNode.Literal { Value: double } => "double",
        CelNode.Literal { Value: string } => "string",
        CelNode.Literal { Value: bool } => Boolean,
        CelNode.Unary { Operator: "!" } => Boolean,
        CelNode.Binary { Operator: "+" or "-" or "*" or "/" or "%" } => null,
        CelNode.Binary => Boolean,
        CelNode.Call { Name: "has" or "startsWith" or "endsWith" or "contains" or "matches" } => Boolean,
        CelNode.Call { Name: "size" } => "int",
        CelNode.Comprehension { Name: "all" or "exists" or "exists_one" } => Boolean,
        CelNode.Conditional conditional => TypeOf(conditional.Then) ?? TypeOf(conditional.Else),
        _ => PlaceOf(node)?.Type,
    };

    private Place? PlaceOf(CelNode node) => node switch
    {
        CelNode.Identifier identifier => _variables.GetValueOrDefault(identifier.Name),
        CelNode.Select select => PlaceOf(select.Target)?.Field(select.Field),
        CelNode.Index index => PlaceOf(index.Target)?.Item,
        _ => null,
    };

    /// <summary>A place in the schema.</summary>
    private sealed record Place(JsonObject Schema, string Name)
    {
        public Place? Item => Inner(Schema["items"] ?? Schema["additionalProperties"], "@idx");

        public string? Type => Schema.TextAt("type") switch
        {
            "object" when Schema["properties"] is JsonObject => Name,
            "boolean" => Boolean,
            "integer" => "int",
            "number" => "double",
            "string" when Schema.TextAt("format") is null => "string",
            _ => null,
        };

        public Place? Field(string name) => Inner((Schema["properties"] as JsonObject)?[name] ?? Schema["additionalProperties"], name);

        private Place? Inner(JsonNode? schema, string name) => schema is JsonObject inner ? new Place(inner, $"{Name}.{name}") : null;
    }
}
