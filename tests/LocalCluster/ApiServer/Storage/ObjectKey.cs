using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Storage;

/// <summary>Where an object is within its resource. Cluster-scoped objects have an empty namespace.</summary>
internal readonly record struct ObjectKey(string Namespace, string Name) : IComparable<ObjectKey>
{
    public static ObjectKey Of(JsonObject value) =>
        new(value.TextAt("metadata", "namespace") ?? "", value.TextAt("metadata", "name") ?? "");

    public int CompareTo(ObjectKey other)
    {
        var order = string.CompareOrdinal(Namespace, other.Namespace);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }

    public static bool operator <(ObjectKey left, ObjectKey right) => left.CompareTo(right) < 0;

    public static bool operator >(ObjectKey left, ObjectKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(ObjectKey left, ObjectKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ObjectKey left, ObjectKey right) => left.CompareTo(right) >= 0;
}
