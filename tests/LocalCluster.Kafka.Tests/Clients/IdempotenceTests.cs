using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

public sealed class IdempotenceTests
{
    [Fact]
    public async Task Batches_sent_again_because_their_acknowledgement_was_lost_are_written_once()
    {
        await using var test = await TestBroker.StartAsync();
        test.Broker.CreateTopic("t", 2);
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync("t", 10);

        for (var round = 1; round <= 5; round++)
        {
            test.Broker.Faults.LoseAcknowledgements(2);
            await producer.SendAsync("t", 100, from: 10 + ((round - 1) * 100));
        }

        using var consumer = Client.Consumer(test.Address, "g");
        consumer.Subscribe("t");
        Assert.Equal(510, test.Records("t"));
        Assert.Equal(Enumerable.Range(0, 510), consumer.Take(510).Numbers().Order());
    }

    [Fact]
    public async Task Without_idempotence_the_same_loss_does_write_twice()
    {
        // The check of the check: the fault hook really makes clients send again.
        await using var test = await TestBroker.StartAsync();
        test.Broker.CreateTopic("t", 1);
        using var producer = Client.Producer(test.Address, p => p.EnableIdempotence = false);
        await producer.SendAsync("t", 10);

        test.Broker.Faults.LoseAcknowledgements(1);
        await producer.SendAsync("t", 10, from: 10);

        Assert.True(test.Records("t") > 20, $"{test.Records("t")} records");
    }

    [Fact]
    public async Task A_producer_goes_on_after_the_broker_restarted()
    {
        await using var test = await TestBroker.StartAsync();
        test.Broker.CreateTopic("t", 3);
        using var producer = Client.Producer(test.Address);
        await producer.SendAsync("t", 500);

        await test.RestartAsync();
        await producer.SendAsync("t", 500, from: 500);

        Assert.Equal(1000, test.Records("t"));
    }
}
