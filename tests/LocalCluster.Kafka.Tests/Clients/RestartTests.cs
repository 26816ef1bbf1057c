using System.Collections.Concurrent;
using System.Text.Json;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

public sealed class RestartTests
{
    private readonly string _topic = Names.New("t");
    private readonly string _group = Names.New("g");

    [ClientFact]
    public async Task Killed_in_the_middle_again_and_again_the_broker_loses_nothing_acknowledged_and_doubles_nothing()
    {
        using var folder = new TestFolder();
        var address = Loopback.Next();
        var received = new ConcurrentQueue<string>();
        var broker = await BrokerProcess.StartAsync(address, folder.Path, "--topic", $"{_topic}:3");
        try
        {
            using var producer = Client.Producer(address);
            await using var consumer = new PollingConsumer(address, _group, _topic, received);
            var sent = 0;
            var sending = Task.Run(async () =>
            {
                for (; sent < 3000; sent += 100)
                {
                    await producer.SendAsync(_topic, 100, from: sent);
                }
            }, TestContext.Current.CancellationToken);

            for (var kill = 1; kill <= 3; kill++)
            {
                var mark = kill * 500;
                await Eventually.HoldsAsync(() => sent >= mark, () => $"{sent} sent");
                await broker.KillAsync();
                broker.Dispose();
                broker = await BrokerProcess.StartAsync(address, folder.Path);
            }

            await sending.InTimeAsync();
            await Eventually.HoldsAsync(() => received.Distinct().Count() == 3000, () => $"{received.Distinct().Count()} of 3000 received");

            using var reader = Client.Consumer(address, "whole");
            reader.Subscribe(_topic);
            Assert.Equal(Enumerable.Range(0, 3000), reader.Take(3000).Numbers().Order());
            Assert.Empty(reader.Take(1, seconds: 1));
        }
        finally
        {
            broker.Dispose();
        }
    }

    [ClientFact]
    public async Task Offsets_members_and_generation_are_after_a_kill_what_they_were_before()
    {
        using var folder = new TestFolder();
        var (address, control) = (Loopback.Next(), Loopback.Next());
        var received = new ConcurrentQueue<string>();
        using var http = new HttpClient { BaseAddress = new Uri($"http://{control}"), Timeout = Deadlines.Patience };
        using var killed = await BrokerProcess.StartAsync(address, folder.Path, "--topic", $"{_topic}:3", "--control", control);
        using var producer = Client.Producer(address);
        await using var member = new PollingConsumer(address, _group, _topic, received);
        await producer.SendAsync(_topic, 300);
        await CommittedAsync(300);
        var before = await GroupsAsync();

        await killed.KillAsync();
        using var restarted = await BrokerProcess.StartAsync(address, folder.Path, "--control", control);
        var after = await GroupsAsync();
        await producer.SendAsync(_topic, 300, from: 300);
        await CommittedAsync(600);

        Assert.Equal(before, after);
        Assert.Contains("\"state\":\"Stable\",\"generation\":1", after, StringComparison.Ordinal);
        Assert.Contains("\"generation\":1", await GroupsAsync(), StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 600), received.Select(int.Parse).Order());

        Task<string> GroupsAsync() => http.GetStringAsync(new Uri("/groups", UriKind.Relative)).InTimeAsync();

        Task CommittedAsync(int count) => Eventually.HoldsAsync(
            async () => JsonDocument.Parse(await GroupsAsync()).RootElement.EnumerateArray()
                .Where(g => g.GetProperty("id").GetString() == _group)
                .Sum(g => g.GetProperty("offsets").EnumerateArray().Sum(o => o.GetProperty("committed").GetInt64())) == count,
            () => $"{received.Count} received, not all of {count} committed");
    }

    [ClientFact]
    public async Task SIGTERM_ends_it_cleanly_and_port_and_folder_in_use_are_named()
    {
        using var folder = new TestFolder();
        using var other = new TestFolder();
        var address = Loopback.Next();
        using var broker = await BrokerProcess.StartAsync(address, folder.Path, "--control", Loopback.Next());

        var samePort = await BrokerProcess.RunAsync("--listen", address, "--data", other.Path);
        var sameFolder = await BrokerProcess.RunAsync("--listen", Loopback.Next(), "--data", folder.Path);
        var exit = await broker.TerminateAsync();

        Assert.Equal(1, samePort.ExitCode);
        Assert.Contains(address, samePort.Error, StringComparison.Ordinal);
        Assert.Equal(1, sameFolder.ExitCode);
        Assert.Contains(folder.Path, sameFolder.Error, StringComparison.Ordinal);
        Assert.Equal(0, exit);
    }
}
