using System.Collections.Concurrent;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

public sealed class RestartTests
{
    [Fact]
    public async Task Killed_in_the_middle_again_and_again_the_broker_loses_nothing_acknowledged_and_doubles_nothing()
    {
        using var folder = new TestFolder();
        const string Address = "127.63.2.1:9092";
        var received = new ConcurrentQueue<string>();
        var broker = await BrokerProcess.StartAsync(Address, folder.Path, "--topic", "t:3");
        try
        {
            using var producer = Client.Producer(Address);
            await using var consumer = new PollingConsumer(Address, "g", "t", received);
            var sent = 0;
            var sending = Task.Run(async () =>
            {
                for (; sent < 6000; sent += 100)
                {
                    await producer.SendAsync("t", 100, from: sent);
                }
            }, TestContext.Current.CancellationToken);

            for (var kill = 1; kill <= 3; kill++)
            {
                var mark = kill * 1000;
                await Eventually.HoldsAsync(() => sent >= mark, () => $"{sent} sent");
                await broker.KillAsync();
                broker.Dispose();
                broker = await BrokerProcess.StartAsync(Address, folder.Path);
            }

            await sending;
            await Eventually.HoldsAsync(() => received.Distinct().Count() == 6000, () => $"{received.Distinct().Count()} of 6000 received");

            using var reader = Client.Consumer(Address, "whole");
            reader.Subscribe("t");
            Assert.Equal(Enumerable.Range(0, 6000), reader.Take(6000).Numbers().Order());
            Assert.Empty(reader.Take(1, seconds: 1));
        }
        finally
        {
            broker.Dispose();
        }
    }

    [Fact]
    public async Task SIGTERM_ends_it_cleanly_and_port_and_folder_in_use_are_named()
    {
        using var folder = new TestFolder();
        using var other = new TestFolder();
        using var broker = await BrokerProcess.StartAsync("127.63.2.2:9092", folder.Path, "--control", "127.63.2.2:9093");

        var samePort = await BrokerProcess.RunAsync("--listen", "127.63.2.2:9092", "--data", other.Path);
        var sameFolder = await BrokerProcess.RunAsync("--listen", "127.63.2.3:9092", "--data", folder.Path);
        var exit = await broker.TerminateAsync();

        Assert.Equal(1, samePort.ExitCode);
        Assert.Contains("127.63.2.2:9092", samePort.Error, StringComparison.Ordinal);
        Assert.Equal(1, sameFolder.ExitCode);
        Assert.Contains(folder.Path, sameFolder.Error, StringComparison.Ordinal);
        Assert.Equal(0, exit);
    }
}
