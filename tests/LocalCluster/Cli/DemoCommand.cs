using LocalCluster.Hosting;
using LocalCluster.Hosting.Todo;

namespace LocalCluster.Cli;

/// <summary><c>make demo</c>: every move under load, a table of them, and the account.</summary>
internal sealed class DemoCommand(ClusterOptions options, int rate)
{
    private static readonly TimeSpan MoveDeadline = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan AccountDeadline = TimeSpan.FromMinutes(1);

    private static readonly Destination[] Journey =
    [
        Destination.DaprKafka, Destination.DaprRedis, Destination.DaprKafka, Destination.DirectKafka, Destination.DaprRedis, Destination.DirectKafka,
    ];

    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await TodoCluster.StartAsync(options, new Terminal(), cancellationToken);
        await using var load = cluster.StartLoad("demo", rate);
        await cluster.ApplySampleAsync(Destination.DirectKafka, cancellationToken);
        var mover = new Mover(cluster);
        await Terminal.FollowAsync("direct Kafka", report => mover.FollowAsync("direct Kafka", MoveDeadline, report, cancellationToken));

        List<DemoRow> rows = [];
        var from = Destination.DirectKafka;
        foreach (var to in Journey)
        {
            var mark = load.Mark();
            await Terminal.FollowAsync($"{from.Name} → {to.Name}", async report =>
                rows.Add(new DemoRow(from, await mover.MoveAsync(to, MoveDeadline, report, cancellationToken), load.Since(mark))));
            Terminal.Line(rows[^1].Line);
            from = to;
        }

        await load.StopAsync();
        DemoTable.Print(rows);
        var account = await cluster.AccountAsync(load, AccountDeadline, cancellationToken);
        Terminal.Line(account.Describe());
        return account is { IsClean: true, Refused.Count: 0 } ? 0 : 1;
    }
}
