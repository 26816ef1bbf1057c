using Confluent.Kafka;
using Confluent.Kafka.Admin;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

public sealed class AdminTests
{
    private readonly string _topic = Names.New("t");
    private readonly string _group = Names.New("g");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [ClientFact]
    public async Task Topics_are_created_described_and_deleted()
    {
        await using var test = await TestBroker.StartAsync();
        using var admin = Client.Admin(test.Address);
        await admin.CreateTopicsAsync([new TopicSpecification { Name = _topic, NumPartitions = 12, ReplicationFactor = 1, Configs = new() { ["retention.ms"] = "1000000" } }]).InTimeAsync();

        var metadata = admin.GetMetadata(_topic, Limit);
        var settings = (await admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = _topic }]).InTimeAsync()).Single().Entries;
        var twice = await Assert.ThrowsAsync<CreateTopicsException>(() => test.CreateTopicAsync(_topic, 1));
        await admin.DeleteTopicsAsync([_topic]).InTimeAsync();

        Assert.Equal(12, metadata.Topics.Single().Partitions.Count);
        Assert.Equal("1000000", settings["retention.ms"].Value);
        Assert.False(settings["retention.ms"].IsDefault);
        Assert.True(settings["retention.bytes"].IsDefault);
        Assert.Equal(ErrorCode.TopicAlreadyExists, twice.Results[0].Error.Code);
        Assert.DoesNotContain(admin.GetMetadata(Limit).Topics, t => t.Topic == _topic);
    }

    [ClientFact]
    public async Task A_topic_made_again_begins_at_zero_for_readers_too()
    {
        await using var test = await TestBroker.StartAsync();
        using var admin = Client.Admin(test.Address);
        using var producer = Client.Producer(test.Address);
        using var consumer = Client.Consumer(test.Address, _group);
        await producer.SendAsync(_topic, 5);
        await consumer.CommitAsync(new TopicPartitionOffset(_topic, 0, 5));

        await admin.DeleteTopicsAsync([_topic]).InTimeAsync();
        await test.RestartAsync();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = _topic, NumPartitions = 1 }]).InTimeAsync();

        Assert.Equal(Offset.Unset, consumer.Committed([new TopicPartition(_topic, 0)], Limit)[0].Offset);
        Assert.Equal(0, test.Records(_topic));
    }

    [ClientFact]
    public async Task Topics_that_are_only_mentioned_get_the_default_number_of_partitions_or_none()
    {
        await using var generous = await TestBroker.StartAsync(o => o with { AutoCreatePartitions = 5 });
        await using var strict = await TestBroker.StartAsync(o => o with { AutoCreatePartitions = 0 });
        using var welcome = Client.Producer(generous.Address);
        using var refused = Client.Producer(strict.Address, p => p.MessageTimeoutMs = 1500);

        await welcome.SendAsync(_topic, 1);
        await Assert.ThrowsAsync<ProduceException<string, string>>(() => refused.SendOneAsync(_topic, new Message<string, string> { Value = "v" }));

        Assert.Equal(5, generous.Broker.Topics().Single().Partitions.Count);
        Assert.Empty(strict.Broker.Topics());
    }

    [ClientFact]
    public async Task Groups_are_listed_with_their_members()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 2);
        using var admin = Client.Admin(test.Address);
        using var consumer = Client.Consumer(test.Address, _group, c => c.ClientId = "me");
        consumer.Subscribe(_topic);
        consumer.Take(1, seconds: 1);

        var group = admin.ListGroups(Limit).Single(g => g.Group == _group);

        Assert.Equal((_group, "Stable", "consumer", "range"), (group.Group, group.State, group.ProtocolType, group.Protocol));
        Assert.Equal("me", group.Members.Single().ClientId);
        Assert.NotEmpty(group.Members.Single().MemberAssignment);
    }

    [ClientFact]
    public async Task Kafkajs_makes_and_removes_topics_and_groups_and_moves_offsets()
    {
        await using var test = await TestBroker.StartAsync();

        var seen = await KafkajsProcess.RunAsync("admin.js", test.Address, _topic, _group);

        Assert.Equal(
            """{"created":true,"ends":["0:0-2","1:0-2"],"committed":["0:1","1:-1"],"listed":true,"state":"Empty","listedAfter":false,"topicIsGone":true}""", seen);
    }

    [ClientFact]
    public async Task Kcat_writes_lists_and_reads()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 1);
        await KcatProcess.RunAsync("a:1\nb:2\nc:3\n", "-b", test.Address, "-P", "-t", _topic, "-K", ":", "-z", "gzip");

        var listed = await KcatProcess.RunAsync("", "-b", test.Address, "-L");
        var read = await KcatProcess.RunAsync("", "-b", test.Address, "-C", "-t", _topic, "-e", "-o", "1", "-f", "%k=%s@%o\n");

        Assert.Contains(listed, line => line.Contains($"topic \"{_topic}\" with 1 partitions", StringComparison.Ordinal));
        Assert.Equal(["b=2@1", "c=3@2"], read);
    }
}
