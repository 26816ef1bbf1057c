using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Todo.Messaging.Hosting;

namespace Todo.Messaging.Ledger;

/// <summary>Forgets closed deliveries and their events after <c>LEDGER_RETENTION</c>, in small pieces. Pods may do it at the same time.</summary>
internal sealed partial class Retention(ServiceOptions options, ServiceState state, NpgsqlDataSource database, TimeProvider time, ILogger<Retention> log)
    : BackgroundService
{
    private const int PieceSize = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(200);

    /// <returns>How many rows went.</returns>
    public static async Task<int> ForgetAsync(NpgsqlDataSource database, TimeSpan retention, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select messaging.forget(clock_timestamp() - $1, $2)");
        command.Parameters.Add(new() { Value = retention });
        command.Parameters.Add(new() { Value = PieceSize });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await state.Started.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Interval;
            try
            {
                if (await ForgetAsync(database, options.Delivery.Retention, stoppingToken) > 0)
                {
                    wait = Breath;
                }
            }
            catch (NpgsqlException e)
            {
                NotForgotten(log, e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old rows of the ledger could not be deleted: {Reason}")]
    private static partial void NotForgotten(ILogger logger, string reason);
}
