namespace LocalCluster.Hosting;

/// <summary>What makes one cluster differ from another.</summary>
public sealed record ClusterOptions
{
    /// <summary>Data, logs and kubeconfig; locked while the cluster runs.</summary>
    public required string DataFolder { get; init; }

    public ClusterAddresses Addresses { get; init; } = new(ClusterAddresses.DefaultBlock);

    /// <summary>False: everything of an earlier run is deleted first.</summary>
    public bool KeepData { get; init; }

    /// <summary>The real sidecar, from DAPRD_PATH; null for ours.</summary>
    public string? DaprdPath { get; init; } = Environment.GetEnvironmentVariable("DAPRD_PATH");

    /// <summary>A real Kafka, from KAFKA_BOOTSTRAP; null for the test double.</summary>
    public string? KafkaBootstrap { get; init; } = Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP");

    /// <summary>Where the kubeconfig is written.</summary>
    public string Kubeconfig => Path.Combine(DataFolder, "kubeconfig");
}
