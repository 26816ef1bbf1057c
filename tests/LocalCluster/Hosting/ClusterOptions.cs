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

    /// <summary>A real Kafka, <c>host:port,...</c>, from KAFKA_BOOTSTRAP; null for the test double.</summary>
    public string? KafkaBootstrap { get; init; } = Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP") is { Length: > 0 } set ? set : null;

    /// <summary>Where the kubeconfig is written.</summary>
    public string Kubeconfig => Path.Combine(DataFolder, "kubeconfig");

    /// <summary>Manifests are written for the default block of addresses and the test double; this makes them fit this cluster.</summary>
    public string Rewrite(string manifest)
    {
        manifest = Addresses.Rewrite(manifest);
        if (KafkaBootstrap is not { } real)
        {
            return manifest;
        }

        // A list names each broker by itself, a variable all of them in one text.
        var brokers = real.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var ours = Addresses.Kafka.ToString();
        return manifest
            .Replace($"[\"{ours}\"]", $"[{string.Join(", ", brokers.Select(b => $"\"{b}\""))}]", StringComparison.Ordinal)
            .Replace(ours, string.Join(',', brokers), StringComparison.Ordinal);
    }
}
