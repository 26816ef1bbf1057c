using System.Globalization;
using LocalCluster.Dependencies;

namespace LocalCluster.Hosting;

/// <summary>Where everything of one cluster listens: a block of the loopback range of its own (docs/reference/local-cluster.md).</summary>
/// <param name="Block">n of <c>127.n.0.0/16</c>, 1 to 254.</param>
public sealed record ClusterAddresses(int Block)
{
    /// <summary>The block of <c>make run</c>, written into the samples and <c>config/services</c>.</summary>
    public const int DefaultBlock = 40;

    public Endpoint ApiServer => At("0.1", 6443);

    public Endpoint Kafka => At("0.2", 9092);

    /// <summary>The broker's control port: fault hooks and a look at topics and groups.</summary>
    public Endpoint KafkaControl => At("0.2", 9093);

    public Endpoint Redis => At("0.3", 6379);

    public Endpoint PostgreSql => At("0.4", 5432);

    public Endpoint Smtp => At("0.5", 1025);

    public Endpoint Mails => At("0.5", 8025);

    public Endpoint Scheduler => At("0.6", 50006);

    /// <summary>Everything that listens at a fixed place, with the name a person knows it by.</summary>
    public IReadOnlyList<(string Name, Endpoint Endpoint)> All =>
    [
        ("API server", ApiServer), ("Kafka", Kafka), ("Kafka control", KafkaControl), ("Redis", Redis), ("PostgreSQL", PostgreSql),
        ("SMTP", Smtp), ("mail list", Mails), ("job scheduler", Scheduler),
    ];

    /// <summary>Manifests are written for the default block; this makes them fit this one.</summary>
    public string Rewrite(string manifest) =>
        Block == DefaultBlock ? manifest : manifest.Replace(Prefix(DefaultBlock), Prefix(Block), StringComparison.Ordinal);

    /// <summary>Refuses to start over something that listens already.</summary>
    /// <param name="exceptKafka">A real Kafka is used: ours does not listen.</param>
    public void CheckFree(bool exceptKafka)
    {
        var taken = All.Where(a => !(exceptKafka && (a.Endpoint == Kafka || a.Endpoint == KafkaControl)) && !a.Endpoint.IsFree()).Select(a => $"{a.Endpoint} ({a.Name})").ToList();
        if (taken.Count > 0)
        {
            throw new ClusterException(
                $"In use by another program: {string.Join(", ", taken)}. `ss -ltnp` shows which; stop it, or choose another block of addresses with --block N (127.N.0.0/16).");
        }
    }

    private static string Prefix(int block) => string.Create(CultureInfo.InvariantCulture, $"127.{block}.");

    private Endpoint At(string host, int port) => new(Prefix(Block) + host, port);
}
