using System.Net;

namespace LocalCluster.Kafka;

/// <summary>How a broker is started.</summary>
public sealed record BrokerOptions
{
    /// <summary>Address to listen on, which is also the one clients are told. Port 0: any free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Folder for everything that is kept. Made when missing; one broker at a time can use it.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Topics to make at start where they are missing: name and number of partitions.</summary>
    public IReadOnlyDictionary<string, int> Topics { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Partitions of a topic that a client merely mentions; 0: such topics are not made. Default 1.</summary>
    public int AutoCreatePartitions { get; init; } = 1;

    /// <summary>How long an empty group waits for further members after each first join. Default 100 ms.</summary>
    public TimeSpan InitialRebalanceDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often old records are looked for. Default 1 s.</summary>
    public TimeSpan RetentionInterval { get; init; } = TimeSpan.FromSeconds(1);
}
