using Confluent.Kafka;
using Confluent.Kafka.Admin;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

public sealed class AdminTests
{
    [Fact]
    public async Task Topics_are_created_described_and_deleted()
    {
        await using var test = await TestBroker.StartAsync();
        using var admin = Client.Admin(test.Address);
        await admin.CreateTopicsAsync([new TopicSpecification { Name = "task-events", NumPartitions = 12, ReplicationFactor = 1, Configs = new() { ["retention.ms"] = "1000000" } }]);

        var metadata = admin.GetMetadata("task-events", TimeSpan.FromSeconds(5));
        var settings = (await admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = "task-events" }])).Single().Entries;
        var twice = await Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync([new TopicSpecification { Name = "task-events", NumPartitions = 1 }]));
        await admin.DeleteTopicsAsync(["task-events"]);

        Assert.Equal(12, metadata.Topics.Single().Partitions.Count);
        Assert.Equal("1000000", settings["retention.ms"].Value);
        Assert.False(settings["retention.ms"].IsDefault);
        Assert.True(settings["retention.bytes"].IsDefault);
        Assert.Equal(ErrorCode.TopicAlreadyExists, twice.Results[0].Error.Code);
        Assert.Empty(admin.GetMetadata(TimeSpan.FromSeconds(5)).Topics);
    }

    [Fact]
    public async Task A_topic_made_again_begins_at_zero_for_readers_too()
    {
        await using var test = await TestBroker.StartAsync();
        using var admin = Client.Admin(test.Address);
        using var producer = Client.Producer(test.Address);
        using var consumer = Client.Consumer(test.Address, "g");
        await producer.SendAsync("t", 5);
        consumer.Assign(new TopicPartition("t", 0));
        consumer.Commit([new TopicPartitionOffset("t", 0, 5)]);

        await admin.DeleteTopicsAsync(["t"]);
        await test.RestartAsync();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = "t", NumPartitions = 1 }]);

        Assert.Equal(Offset.Unset, consumer.Committed([new TopicPartition("t", 0)], TimeSpan.FromSeconds(5))[0].Offset);
        Assert.Equal(0, test.Records("t"));
    }

    [Fact]
    public async Task Topics_that_are_only_mentioned_get_the_default_number_of_partitions_or_none()
    {
        await using var generous = await TestBroker.StartAsync(o => o with { AutoCreatePartitions = 5 });
        await using var strict = await TestBroker.StartAsync(o => o with { AutoCreatePartitions = 0 });
        using var welcome = Client.Producer(generous.Address);
        using var refused = Client.Producer(strict.Address, p => p.MessageTimeoutMs = 1500);

        await welcome.SendAsync("t", 1);
        await Assert.ThrowsAsync<ProduceException<string, string>>(() => refused.ProduceAsync("t", new Message<string, string> { Value = "v" }));

        Assert.Equal(5, generous.Broker.Topics().Single().Partitions.Count);
        Assert.Empty(strict.Broker.Topics());
    }

    [Fact]
    public async Task Groups_are_listed_with_their_members()
    {
        await using var test = await TestBroker.StartAsync();
        test.Broker.CreateTopic("t", 2);
        using var admin = Client.Admin(test.Address);
        using var consumer = Client.Consumer(test.Address, "readers", c => c.ClientId = "me");
        consumer.Subscribe("t");
        consumer.Take(1, seconds: 1);

        var group = admin.ListGroups(TimeSpan.FromSeconds(5)).Single();

        Assert.Equal(("readers", "Stable", "consumer", "range"), (group.Group, group.State, group.ProtocolType, group.Protocol));
        Assert.Equal("me", group.Members.Single().ClientId);
        Assert.NotEmpty(group.Members.Single().MemberAssignment);
    }

    [Fact]
    public async Task Kcat_writes_lists_and_reads()
    {
        await using var test = await TestBroker.StartAsync();
        await KcatProcess.RunAsync("a:1\nb:2\nc:3\n", "-b", test.Address, "-P", "-t", "t", "-K", ":", "-z", "gzip");

        var listed = await KcatProcess.RunAsync("", "-b", test.Address, "-L");
        var read = await KcatProcess.RunAsync("", "-b", test.Address, "-C", "-t", "t", "-e", "-o", "1", "-f", "%k=%s@%o\n");

        Assert.Contains(listed, line => line.Contains("topic \"t\" with 1 partitions", StringComparison.Ordinal));
        Assert.Equal(["b=2@1", "c=3@2"], read);
    }
}
