namespace LocalCluster.Kafka.Apis;

/// <summary>What the broker says of itself.</summary>
internal sealed record BrokerIdentity(string Host, int Port)
{
    public const int Id = 1;

    /// <summary>Each is a cluster of its own.</summary>
    public string ClusterId => $"local-cluster-{Host}-{Port}";

    /// <summary>Leadership never moves.</summary>
    public const int LeaderEpoch = 0;
}
