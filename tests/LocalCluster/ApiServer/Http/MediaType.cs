using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Http;

/// <summary>The form in which an answer is wanted.</summary>
/// <param name="Shape">null: the object; Table, PartialObjectMetadata or PartialObjectMetadataList.</param>
/// <param name="MetaVersion">v1 or v1beta1, of the shape.</param>
internal sealed record MediaType(string? Shape, string MetaVersion, bool IsYaml)
{
    private static readonly MediaType Json = new(null, "v1", IsYaml: false);

    public bool IsTable => Shape == "Table";

    public bool IsPartial => Shape is "PartialObjectMetadata" or "PartialObjectMetadataList";

    /// <summary>The first acceptable type that this server can write; protobuf is not one.</summary>
    public static MediaType Negotiate(string? accept)
    {
        if (string.IsNullOrWhiteSpace(accept))
        {
            return Json;
        }

        foreach (var range in accept.Split(',', StringSplitOptions.TrimEntries))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            var parameters = parts.Skip(1).Select(p => p.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
            var shape = parameters.GetValueOrDefault("as");
            var isKnownShape = shape is null
                || (shape is "Table" or "PartialObjectMetadata" or "PartialObjectMetadataList" && parameters.GetValueOrDefault("g") == "meta.k8s.io");
            if (isKnownShape && parts[0] is "application/json" or "application/*" or "*/*" && isKnownShape)
            {
                return new MediaType(shape, parameters.GetValueOrDefault("v") ?? "v1", IsYaml: false);
            }

            if (parts[0] is "application/yaml" && shape is null)
            {
                return Json with { IsYaml = true };
            }
        }

        throw new ApiException(406, "NotAcceptable", "only the following media types are accepted: application/json, application/yaml");
    }
}
