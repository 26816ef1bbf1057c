using System.Net;
using System.Net.Sockets;
using LocalCluster.Dependencies;
using LocalCluster.Hosting;

namespace LocalCluster.Node.Tests.Hosting;

/// <summary>KAFKA_BOOTSTRAP puts a real Kafka in the place of the test double.</summary>
public sealed class RealKafkaTests
{
    private const string Manifests = """
        KAFKA_BOOTSTRAP_SERVERS: 127.40.0.2:9092
        REDIS: 127.40.0.3:6379
        brokers: ["127.40.0.2:9092"]
        """;

    [Fact]
    public void Manifests_name_its_brokers_in_variables_and_in_lists()
    {
        var options = new ClusterOptions { DataFolder = "unused", KafkaBootstrap = "k1:9092, k2:9092" };
        Assert.Equal(
            """
            KAFKA_BOOTSTRAP_SERVERS: k1:9092,k2:9092
            REDIS: 127.40.0.3:6379
            brokers: ["k1:9092", "k2:9092"]
            """,
            options.Rewrite(Manifests));
    }

    [Fact]
    public void In_another_block_of_addresses_its_own_are_left_as_they_are()
    {
        var options = new ClusterOptions { DataFolder = "unused", Addresses = new ClusterAddresses(41), KafkaBootstrap = "127.40.0.9:9092" };
        Assert.Equal(
            """
            KAFKA_BOOTSTRAP_SERVERS: 127.40.0.9:9092
            REDIS: 127.41.0.3:6379
            brokers: ["127.40.0.9:9092"]
            """,
            options.Rewrite(Manifests));
    }

    [Fact]
    public void Without_it_manifests_name_the_test_double()
    {
        var options = new ClusterOptions { DataFolder = "unused", Addresses = new ClusterAddresses(41), KafkaBootstrap = null };
        Assert.Equal(Manifests.Replace("127.40.", "127.41.", StringComparison.Ordinal), options.Rewrite(Manifests));
    }

    [Fact]
    public async Task One_broker_that_accepts_a_connection_is_enough_and_none_is_said_with_the_remedy()
    {
        using var broker = new TcpListener(IPAddress.Parse("127.66.250.1"), 0);
        broker.Start();
        await RealKafka.CheckAsync($"127.66.250.2:1,{broker.LocalEndpoint}", TestContext.Current.CancellationToken);

        var away = await Assert.ThrowsAsync<ClusterException>(() => RealKafka.CheckAsync("127.66.250.2:1", TestContext.Current.CancellationToken));
        var malformed = await Assert.ThrowsAsync<ClusterException>(() => RealKafka.CheckAsync("nonsense", TestContext.Current.CancellationToken));

        Assert.Contains("unset the variable", away.Message, StringComparison.Ordinal);
        Assert.Contains("'nonsense' is not host:port", malformed.Message, StringComparison.Ordinal);
    }
}
