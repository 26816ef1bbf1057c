using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;

namespace Todo.Messaging.Publishing;

/// <summary>
/// LISTEN and NOTIFY between the pods of one service. Notifications are sent outside the transactions that write events, because inside they
/// serialise commits, and throttled; losing one costs a second.
/// </summary>
internal sealed partial class RelayNotifications(
    ServiceOptions options, ServiceState state, DbDataSource database, RelaySignal events, ProbeSignal probes, TimeProvider time,
    ILogger<RelayNotifications> log) : BackgroundService
{
    internal const string NotifySql = "select pg_notify($1, $2)";

    private const string ChannelName = "messaging_relay";
    private const string Everybody = "*";

    private static readonly TimeSpan Throttle = TimeSpan.FromMilliseconds(20);

    private readonly Channel<string> _outgoing = Channel.CreateBounded<string>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private string LanesFreed => options.AppId + "/lanes";

    /// <summary>Set while every lane is owned by this process: then nobody else needs to know of its events.</summary>
    public bool OwnsAllLanes { get; set; }

    /// <summary>Tells the pod that owns the lanes that events were committed here.</summary>
    public void EventsCommitted()
    {
        if (!OwnsAllLanes)
        {
            _outgoing.Writer.TryWrite(options.AppId);
        }
    }

    /// <summary>Tells every relay that events were marked to be sent again.</summary>
    public Task WakeEverybodyAsync(CancellationToken cancellationToken) => NotifyAsync(Everybody, cancellationToken);

    /// <summary>Tells the other pods that this one has let its lanes go.</summary>
    public Task LanesFreedAsync(CancellationToken cancellationToken) => NotifyAsync(LanesFreed, cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await state.Started.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(ListenAsync(stoppingToken), SendAsync(stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SendAsync(CancellationToken stopping)
    {
        await foreach (var payload in _outgoing.Reader.ReadAllAsync(stopping))
        {
            await NotifyAsync(payload, stopping);
            await Task.Delay(Throttle, time, stopping);
        }
    }

    private async Task ListenAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var address = new NpgsqlConnectionStringBuilder(options.Database)
                {
                    Pooling = false, ApplicationName = options.AppId + "/listen", KeepAlive = 10,
                };
                await using var connection = new NpgsqlConnection(address.ConnectionString);
                connection.Notification += (_, e) => Receive(e.Payload);
                await connection.OpenAsync(stopping);
                await using (var command = new NpgsqlCommand("listen " + ChannelName, connection))
                {
                    await command.ExecuteNonQueryAsync(stopping);
                }

                while (true)
                {
                    await connection.WaitAsync(stopping);
                }
            }
            catch (Exception e) when (e is NpgsqlException or IOException)
            {
                NotListening(log, e.Message);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, stopping);
        }
    }

    private void Receive(string payload)
    {
        if (payload == options.AppId)
        {
            events.Set();
        }
        else if (payload == LanesFreed)
        {
            events.SetLanesFreed();
            probes.SetLanesFreed();
        }
        else if (payload == Everybody)
        {
            events.Set();
            probes.Set();
        }
    }

    private async Task NotifyAsync(string payload, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Statement(NotifySql, ChannelName, payload);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException)
        {
            // The sweep finds it.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not listening for notifications: {Reason}")]
    private static partial void NotListening(ILogger logger, string reason);
}
