namespace LocalCluster.Kafka.Apis;

/// <summary>What the broker says of itself.</summary>
internal sealed record BrokerIdentity(string Host, int Port)
{
    public const int Id = 1;

    public const string ClusterId = "local-cluster";

    /// <summary>Leadership never moves.</summary>
    public const int LeaderEpoch = 0;
}
