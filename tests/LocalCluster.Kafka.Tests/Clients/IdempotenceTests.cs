using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

public sealed class IdempotenceTests
{
    private readonly string _topic = Names.New("t");
    private readonly string _group = Names.New("g");

    [ClientFact]
    public async Task Batches_sent_again_because_their_acknowledgement_was_lost_are_written_once()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 2);
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync(_topic, 10);

        for (var round = 1; round <= 5; round++)
        {
            test.Broker.Faults.LoseAcknowledgements(2);
            await producer.SendAsync(_topic, 100, from: 10 + ((round - 1) * 100));
        }

        using var consumer = Client.Consumer(test.Address, _group);
        consumer.Subscribe(_topic);
        Assert.Equal(510, test.Records(_topic));
        Assert.Equal(Enumerable.Range(0, 510), consumer.Take(510).Numbers().Order());
    }

    [ClientFact]
    public async Task Without_idempotence_the_same_loss_does_write_twice()
    {
        // The check of the check: the fault hook really makes clients send again.
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 1);
        using var producer = Client.Producer(test.Address, p => p.EnableIdempotence = false);
        await producer.SendAsync(_topic, 10);

        test.Broker.Faults.LoseAcknowledgements(1);
        await producer.SendAsync(_topic, 10, from: 10);

        Assert.True(test.Records(_topic) > 20, $"{test.Records(_topic)} records");
    }

    [ClientFact]
    public async Task A_producer_goes_on_after_the_broker_restarted()
    {
        await using var test = await TestBroker.StartAsync();
        await test.CreateTopicAsync(_topic, 3);
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync(_topic, 500);

        await test.RestartAsync();
        await producer.SendAsync(_topic, 500, from: 500);

        Assert.Equal(1000, test.Records(_topic));
    }
}
