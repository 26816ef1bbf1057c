namespace LocalCluster.Kafka.Tests.Support;

/// <summary>A folder of its own under the temporary one, gone afterwards.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kafka-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
