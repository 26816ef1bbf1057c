namespace LocalCluster.Kafka.Tests.Support;

/// <summary>Topics and groups are named anew for each test: a real Kafka keeps those of the last run.</summary>
internal static class Names
{
    public static string New(string prefix) => $"{prefix}-{Guid.NewGuid():N}"[..(prefix.Length + 9)];
}
