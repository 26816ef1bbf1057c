namespace LocalCluster.Kafka.Log;

/// <summary>A topic and its partitions, which are numbered from 0.</summary>
internal sealed class Topic(string name, TopicConfig config, IReadOnlyList<PartitionLog> partitions) : IDisposable
{
    public string Name => name;

    public TopicConfig Config => config;

    public IReadOnlyList<PartitionLog> Partitions => partitions;

    public void Dispose()
    {
        foreach (var partition in partitions)
        {
            partition.Dispose();
        }
    }
}
