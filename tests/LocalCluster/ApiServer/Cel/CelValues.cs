using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Cel;

/// <summary>Values of the language: null, bool, long, double, string, TimeSpan, DateTimeOffset, lists and maps.</summary>
internal static class CelValues
{
    /// <summary>A JSON value as a value of the language.</summary>
    public static object? From(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => node.AsText(),
        JsonValueKind.Number => node.AsLong() is { } whole ? (object)whole : node.AsDouble(),
        JsonValueKind.Array => ((JsonArray)node).Select(From).ToList(),
        _ => ((JsonObject)node).ToDictionary(p => p.Key, p => From(p.Value), StringComparer.Ordinal),
    };

    public static new bool Equals(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (List<object?> a, List<object?> b) => a.Count == b.Count && a.Zip(b).All(p => Equals(p.First, p.Second)),
        (Dictionary<string, object?> a, Dictionary<string, object?> b) =>
            a.Count == b.Count && a.All(p => b.TryGetValue(p.Key, out var other) && Equals(p.Value, other)),
        (long or double, long or double) => Number(left).Equals(Number(right)),
        _ => left is not null && left.Equals(right),
    };

    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (long a, long b) => a.CompareTo(b),
        (long or double, long or double) => Number(left).CompareTo(Number(right)),
        (string a, string b) => string.CompareOrdinal(a, b),
        (bool a, bool b) => a.CompareTo(b),
        (TimeSpan a, TimeSpan b) => a.CompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        _ => throw NoOverload("comparison", left, right),
    };

    public static double Number(object? value) => value switch
    {
        long whole => whole,
        double number => number,
        _ => throw NoOverload("number", value),
    };

    public static long Size(object? value) => value switch
    {
        string text => new StringInfo(text).LengthInTextElements,
        List<object?> list => list.Count,
        Dictionary<string, object?> map => map.Count,
        _ => throw NoOverload("size", value),
    };

    public static bool Contains(object? container, object? item) => container switch
    {
        List<object?> list => list.Exists(i => Equals(i, item)),
        Dictionary<string, object?> map => item is string key && map.ContainsKey(key),
        _ => throw NoOverload("in", item, container),
    };

    public static bool Truth(object? value) => value is bool truth ? truth : throw NoOverload("bool", value);

    public static T As<T>(object? value, string function) => value is T right ? right : throw NoOverload(function, value);

    public static CelException NoOverload(string function, params object?[] values) =>
        new($"no such overload: {function}({string.Join(", ", values.Select(TypeName))})");

    private static string TypeName(object? value) => value switch
    {
        null => "null_type",
        bool => "bool",
        long => "int",
        double => "double",
        string => "string",
        TimeSpan => "duration",
        DateTimeOffset => "timestamp",
        List<object?> => "list",
        _ => "map",
    };
}
