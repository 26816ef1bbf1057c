using System.Diagnostics;
using System.Globalization;
using Todo.Messaging.Tests.World;

namespace Benchmarks.Messaging;

/// <summary>An answer of the ledger, over HTTP, with a thousand open deliveries and a long history. Beside it: the same without the history.</summary>
internal static class LedgerBenchmark
{
    private const int Open = 1000;
    private const int Answers = 200;
    private const int Piece = 500_000;

    private static int Closed => int.Parse(Environment.GetEnvironmentVariable("BENCH_CLOSED") ?? "10000000", NumberStyles.None, CultureInfo.InvariantCulture);

    public static Task RunAsync(Action<Figure> tell, CancellationToken cancellationToken) => Bench.WithServersAsync(async servers =>
    {
        await using var world = await TestWorld.CreateAsync(servers, kafka: false);
        // Nothing is sent, nothing is sent again, nothing is forgotten: the rows stay as they are put in.
        var service = await world.StartProducerAsync(("LEDGER_RETENTION", "365.00:00:00"), ("RECONCILE_AFTER", "365.00:00:00"));
        await AddAsync(world, first: 1, last: Open, closed: false);
        await world.ExecuteAsync("analyze");
        var young = await AskAsync(service, cancellationToken);

        for (var n = Open; n < Open + Closed; n += Piece)
        {
            await AddAsync(world, first: n + 1, last: Math.Min(n + Piece, Open + Closed), closed: true);
        }

        await world.ExecuteAsync("analyze");
        var old = await AskAsync(service, cancellationToken);
        var rows = await world.ScalarAsync<long>("select count(*) from messaging.deliveries where state <> 'open'");
        foreach (var (name, share) in ((string, double)[])[("p50", 0.5), ("p95", 0.95)])
        {
            tell(new(FormattableString.Invariant($"ledger answer with {rows:#,0} closed and {Open:#,0} open deliveries, {name}"), old.Percentile(share), "ms")
            {
                Bar = new(10, AtLeast: false),
                Beside = ("without the closed ones", young.Percentile(share)),
            });
        }
    });

    private static async Task<List<double>> AskAsync(TestService service, CancellationToken cancellationToken)
    {
        List<double> times = [];
        for (var n = 0; n < Answers * 2; n++)
        {
            var started = Stopwatch.GetTimestamp();
            await service.LedgerAsync(30);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await Task.Delay(5, cancellationToken);
        }

        // The first half warms up.
        return times[Answers..];
    }

    // Thirty days of events from the first on, four in a second; the open ones are the oldest.
    private static Task AddAsync(TestWorld world, int first, int last, bool closed) => world.ExecuteAsync(
        string.Create(CultureInfo.InvariantCulture, $"""
        with events as (
          insert into messaging.outbox (id, producer, lane, topic, key, version, type, subject, time, data, sent_at, sent_via)
          select messaging.uuid7(t), 'backend', 0, 'task-events', (n / 10)::text, n % 10, 'x', 's', t, '{"{"}"title":"a task"{"}"}', t, 'direct-kafka'
          from (select n, now() - interval '30 days' + n * interval '250 ms' as t from generate_series({first}, {last}) n) rows
          returning id, time)
        insert into messaging.deliveries (event_id, consumer, state, handled_at, handled_via)
        select id, 'notification-service', {(closed ? "'handled', time + interval '5 ms', 'direct-kafka'" : "'open', null, null")} from events
        """));
}
