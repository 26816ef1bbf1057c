using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Todo.Messaging.Consuming;
using Todo.Messaging.Schema;

namespace Todo.Messaging.Hosting;

/// <summary>
/// Migrates the database and registers the subscriptions, in the background: the process answers its health checks while it waits for
/// a database that is not there yet.
/// </summary>
internal sealed partial class Startup(
    ServiceOptions options,
    ServiceState state,
    Migrator migrator,
    DbDataSource database,
    IEnumerable<MigrationSet> migrations,
    IEnumerable<HandlerRegistration> handlers,
    IHostApplicationLifetime lifetime,
    ILogger<Startup> log) : BackgroundService
{
    internal const string SubscribeSql = "select messaging.subscribe($1, $2)";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await migrator.MigrateAsync([.. migrations], stoppingToken);
            foreach (var handler in handlers)
            {
                await using var command = database.Statement(SubscribeSql, handler.Topic, options.AppId);
                await command.ExecuteNonQueryAsync(stoppingToken);
            }

            Started(log, options.AppId, options.PodName, options.BindAddress, options.Port, options.PublishesTo, options.ConsumeDirect);
            state.SetStarted();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped before it had started.
        }
        catch (InvalidSettingException e)
        {
            Refused(log, e.Message);
            Stop(InvalidSettingException.ExitCode);
        }
        catch (Exception e)
        {
            Failed(log, e);
            Stop(exitCode: 1);
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{AppId} ({Pod}) is up on {Address}:{Port}, publishes to {PublishesTo}, consumes directly: {ConsumeDirect}")]
    private static partial void Started(
        ILogger logger, string appId, string pod, System.Net.IPAddress address, int port, string publishesTo, bool consumeDirect);

    private void Stop(int exitCode)
    {
        Environment.ExitCode = exitCode;
        lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Problem}")]
    private static partial void Refused(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The database cannot be brought up to date")]
    private static partial void Failed(ILogger logger, Exception error);
}
