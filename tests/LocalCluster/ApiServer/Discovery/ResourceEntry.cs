using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Discovery;

/// <summary>One line of discovery: a resource or a subresource of it.</summary>
internal sealed record ResourceEntry(string Name, string Group, string Version, string Kind, IReadOnlyList<string> Verbs)
{
    private static readonly string[] ObjectVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    private static readonly string[] SubresourceVerbs = ["get", "patch", "update"];

    public static ResourceEntry Of(ResourceInfo resource) =>
        new(resource.Type.Plural, resource.Type.Group, resource.Type.Version, resource.Type.Kind, resource.IsReview ? ["create"] : ObjectVerbs);

    public static IEnumerable<ResourceEntry> SubresourcesOf(ResourceInfo resource)
    {
        var type = resource.Type;
        if (resource.HasStatus)
        {
            yield return new ResourceEntry("status", type.Group, type.Version, type.Kind, SubresourceVerbs);
        }

        if (resource.Scale is not null)
        {
            yield return new ResourceEntry("scale", "autoscaling", "v1", "Scale", SubresourceVerbs);
        }

        foreach (var (name, kind) in resource.OtherSubresources)
        {
            string[] verbs = name switch
            {
                "log" => ["get"],
                "proxy" => ["create", "delete", "get", "patch", "update"],
                _ => ["update"],
            };
            yield return new ResourceEntry(name, type.Group, type.Version, kind, verbs);
        }
    }
}
