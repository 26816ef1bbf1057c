using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer.Patching;

/// <summary>JSON merge patch, RFC 7386.</summary>
internal static class MergePatch
{
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var result = target as JsonObject ?? [];
        foreach (var (name, change) in changes)
        {
            if (change is null)
            {
                result.Remove(name);
            }
            else
            {
                var old = result[name];
                result.Remove(name);
                result[name] = Apply(old, change);
            }
        }

        return result;
    }
}
