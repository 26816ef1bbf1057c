using Npgsql;
using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;

namespace Todo.Backend.Idempotency;

/// <summary>Forgets keys older than a day, a few at a time, so that the table does not grow without end.</summary>
internal sealed partial class IdempotencyCleanup(NpgsqlDataSource database, ServiceState state, TimeProvider time, ILogger<IdempotencyCleanup> log) : BackgroundService
{
    private const int Batch = 1_000;

    private const string Delete = """
        delete from idempotency_keys where (user_id, key) in (
          select user_id, key from idempotency_keys where created_at < statement_timestamp() - interval '24 hours' limit $1 for update skip locked)
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await state.Started.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                int deleted;
                do
                {
                    await using var command = database.CreateCommand(Delete);
                    command.Parameters.Add(new() { Value = Batch });
                    deleted = await command.ExecuteNonQueryAsync(stoppingToken);
                }
                while (deleted == Batch);
            }
            catch (NpgsqlException e) when (DatabaseErrors.IsTransient(e))
            {
                Later(log, e.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old idempotency keys stay until the next round: {Reason}")]
    private static partial void Later(ILogger logger, string reason);
}
