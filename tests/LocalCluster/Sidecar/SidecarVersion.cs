namespace LocalCluster.Sidecar;

/// <summary>The Dapr version whose behaviour this sidecar keeps.</summary>
internal static class SidecarVersion
{
    public const string Runtime = "1.18.3";
}
