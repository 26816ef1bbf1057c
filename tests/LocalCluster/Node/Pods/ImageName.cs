namespace LocalCluster.Node.Pods;

/// <summary>Image references.</summary>
internal static class ImageName
{
    /// <summary>The reference without digest and tag; a registry's port is no tag.</summary>
    public static string WithoutTag(string image)
    {
        var name = image.Split('@', 2)[0];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }
}
