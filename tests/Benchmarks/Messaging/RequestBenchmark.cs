using System.Diagnostics;
using Todo.Messaging.Tests.World;

namespace Benchmarks.Messaging;

/// <summary>A request's transaction with its event, and the same one without, in turns so that both see the same machine.</summary>
internal static class RequestBenchmark
{
    private const int Count = 4000;

    public static Task RunAsync(Action<Figure> tell, CancellationToken cancellationToken) => Bench.WithServersAsync(async servers =>
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var producer = await world.StartProducerAsync();
        await world.StartConsumerAsync();
        await world.ExecuteAsync("create table public.tasks (id bigserial primary key, user_id text not null, title text not null, updated_at timestamptz not null default now())");
        List<double> with = [], without = [];
        for (var n = 0; n < Count; n++)
        {
            var times = n % 2 == 0 ? with : without;
            times.Add(await RequestAsync(world, producer, $"task-{n % 500}", hasEvent: n % 2 == 0, cancellationToken));
        }

        foreach (var (name, share) in ((string, double)[])[("p50", 0.5), ("p95", 0.95)])
        {
            // The first tenth warms up.
            tell(new($"a request's transaction with its event, {name}", with[(Count / 20)..].Percentile(share), "ms")
            {
                Beside = ("without", without[(Count / 20)..].Percentile(share)),
            });
        }
    });

    private static async Task<double> RequestAsync(TestWorld world, TestService producer, string key, bool hasEvent, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await using (var connection = await world.Database.OpenConnectionAsync(cancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "insert into public.tasks (user_id, title) values ('user', 'a task') returning id";
            await command.ExecuteScalarAsync(cancellationToken);
            if (hasEvent)
            {
                await producer.Outbox.AddAsync(transaction, TestService.Event(key), cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        if (hasEvent)
        {
            producer.Outbox.Wake();
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
