using Npgsql;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Consuming;

public sealed class SwallowedErrorTests(TestServers servers)
{
    /// <summary>PostgreSQL answers COMMIT in an aborted transaction with a silent ROLLBACK: the event must not count as handled.</summary>
    [Fact]
    public async Task A_handler_that_swallows_a_database_error_is_not_taken_for_done()
    {
        await using var world = await TestWorld.CreateAsync(servers);
        var attempts = 0;
        await world.StartConsumerAsync(async (value, transaction, token) =>
        {
            await TestWorld.RecordEffectAsync(value, transaction, token);
            if (++attempts < 3)
            {
                try
                {
                    await using var wrong = new NpgsqlCommand("select 1 / 0", transaction.Connection, transaction);
                    await wrong.ExecuteNonQueryAsync(token);
                }
                catch (PostgresException)
                {
                    // This is the mistake.
                }
            }
        });
        var producer = await world.StartProducerAsync();

        await producer.PublishAsync("task-1");

        await world.SeeHandledAsync(1);
        Assert.Equal((3, 1L, 2), (attempts, await world.EffectsAsync(), await world.ScalarAsync<int>("select attempts from messaging.deliveries")));
    }
}
