using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;

namespace Todo.Messaging.Ledger;

/// <summary>
/// Sums that may grow with every arrival, gathered here and written twice a second: a row that every delivery updates would serialise them. A crash loses
/// up to half a second of them; nothing is decided by these.
/// </summary>
internal sealed partial class LedgerCounters(DbDataSource database, ServiceState state, TimeProvider time, ILogger<LedgerCounters> log) : BackgroundService
{
    internal const string CountSql = "select messaging.count_up($1, $2, $3)";

    public const string Suppressed = "suppressed";
    public const string Foreign = "foreign";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<(string Transport, string Name), long> _sums = new();
    private readonly SemaphoreSlim _writing = new(1);

    public void Add(string transport, string name) => _sums.AddOrUpdate((transport, name), 1, (_, sum) => sum + 1);

    /// <summary>Writes what was gathered; when it returns, what was added before the call is in the database. What cannot be written is kept.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        // Sums that another call has taken out are not written until that call has ended.
        await _writing.WaitAsync(cancellationToken);
        try
        {
            foreach (var key in _sums.Keys.Order())
            {
                await WriteAsync(key, cancellationToken);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public override void Dispose()
    {
        _writing.Dispose();
        base.Dispose();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await state.Started.WaitAsync(stoppingToken).Quietly();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken).Quietly();
            await TryFlushAsync(stoppingToken);
        }
    }

    private async Task WriteAsync((string Transport, string Name) key, CancellationToken cancellationToken)
    {
        _sums.TryRemove(key, out var sum);
        try
        {
            await using var command = database.Statement(CountSql, key.Transport, key.Name, sum);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch
        {
            _sums.AddOrUpdate(key, sum, (_, later) => later + sum);
            throw;
        }
    }

    private async Task TryFlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FlushAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            NotWritten(log, e.Message);
        }
        catch (OperationCanceledException)
        {
            // Written at the end.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger's counters could not be written yet: {Reason}")]
    private static partial void NotWritten(ILogger logger, string reason);
}
