namespace LocalCluster.Kafka.Tests.Support;

/// <summary>The variable <c>KAFKA_BOOTSTRAP</c>: the tests run against that Kafka instead of the test double.</summary>
internal static class RealKafka
{
    public static string? Bootstrap { get; } = Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP") is { Length: > 0 } set ? set : null;

    /// <summary>Skips the test, visibly, when a real Kafka is used.</summary>
    public static void SkipWhenUsed(string because) => Assert.SkipWhen(Bootstrap is not null, $"not with KAFKA_BOOTSTRAP: {because}");
}
