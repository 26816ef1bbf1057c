using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Histories;

/// <summary>Plays a history to its end: until nothing is left to be sent or handled.</summary>
internal static class Play
{
    private static readonly TimeSpan End = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(Stage stage, History history)
    {
        stage.Begin(history);
        using var over = new CancellationTokenSource();
        var deliveries = Enumerable.Range(0, 3).Select(_ => DeliverAsync(stage, over.Token)).ToList();
        await Task.WhenAll(WriteAsync(stage, history), CrashAsync(stage, history));

        // The mischief ends, and with it what a broker may do to an event for good.
        stage.Broker.Mischief = 0;
        await Eventually.SeeAsync(
            async () =>
            {
                if (await UnsentAsync(stage) == 0 && stage.Broker.Waiting == 0)
                {
                    // What is still open was lost by the broker: it is only in the ledger.
                    await stage.ReplayAsync();
                }

                return (Open: await stage.World.DeliveriesAsync("open"), Unsent: await UnsentAsync(stage), stage.Broker.Waiting);
            },
            x => x is (0, 0, 0),
            "the end",
            End);
        await over.CancelAsync();
        await Task.WhenAll(deliveries);
    }

    private static Task<long> UnsentAsync(Stage stage) => stage.World.ScalarAsync<long>("select count(*) from messaging.outbox where sent_at is null");

    private static Task WriteAsync(Stage stage, History history)
    {
        var writers = Enumerable.Range(0, 3).Select(async writer =>
        {
            var dice = new Random(history.Seed + writer);
            for (var i = writer; i < history.Transactions; i += 3)
            {
                string[] keys = dice.Next(12) == 0 ? ["poison"] : [.. Enumerable.Range(0, 5).Where(_ => dice.Next(3) == 0).Select(x => $"task-{x}")];
                var late = TimeSpan.FromMilliseconds(dice.Next(4) == 0 ? dice.Next(30) : 0);
                await stage.ChangeAsync(stage.Producers[dice.Next(2)].Outbox, keys, late, commit: dice.Next(5) != 0);
            }
        });
        return Task.WhenAll(writers);
    }

    private static async Task CrashAsync(Stage stage, History history)
    {
        var dice = new Random(history.Seed + 17);
        for (var i = 0; i < history.Crashes; i++)
        {
            await Task.Delay(dice.Next(60));
            await stage.CrashAsync(relay: dice.Next(2) == 0);
            if (dice.Next(3) == 0)
            {
                await stage.ReplayAsync();
            }
        }
    }

    private static async Task DeliverAsync(Stage stage, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            if (!await stage.DeliverAsync(acknowledgementsAreLost: stage.Broker.Mischief > 0))
            {
                await Task.Delay(5, CancellationToken.None);
            }
        }
    }
}
