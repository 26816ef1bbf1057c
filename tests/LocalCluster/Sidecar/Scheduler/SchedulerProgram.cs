using System.Net;
using System.Net.Sockets;
using LocalCluster.Sidecar.Logging;
using LocalCluster.Sidecar.Runtime;
using LocalCluster.Sidecar.Scheduler.Protocol;

namespace LocalCluster.Sidecar.Scheduler;

/// <summary><c>LocalCluster.Sidecar scheduler --listen HOST:PORT --data DIR</c>: keeps the jobs of all apps and fires them.</summary>
internal static partial class SchedulerProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not ["--listen", var listen, "--data", var folder] || !IPEndPoint.TryParse(listen, out var address))
        {
            await Console.Error.WriteLineAsync("usage: LocalCluster.Sidecar scheduler --listen HOST:PORT --data DIR");
            return 2;
        }

        var time = TimeProvider.System;
        using var logs = new LoggerFactory([new DaprdLoggerProvider("scheduler", LogLevel.Information, json: false, time)]);
        var log = logs.CreateLogger("dapr.scheduler");
        using var shutdown = new ShutdownRequest().Listen();
        try
        {
            using var jobs = new JobLog(folder);
            using var listener = new TcpListener(address);
            listener.Start();
            Listening(log, address, jobs.Jobs.Count);
            var watchers = new Watchers();
            await using var table = new JobTable(jobs, watchers, time);
            await ServeAsync(listener, table, watchers, log, shutdown.Token);
            return 0;
        }
        catch (Exception error) when (error is IOException or SocketException or UnauthorizedAccessException)
        {
            Failed(log, error.Message);
            return 1;
        }
    }

    private static async Task ServeAsync(TcpListener listener, JobTable table, Watchers watchers, ILogger log, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(stop);
                _ = ServeAsync(new MessageStream(socket), table, watchers, log, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end.
        }
    }

    private static async Task ServeAsync(MessageStream stream, JobTable table, Watchers watchers, ILogger log, CancellationToken stop)
    {
        await using (stream)
        {
            try
            {
                await SidecarConnection.ServeAsync(stream, table, watchers, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            Disconnected(log);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Dapr Scheduler listening on {Address} with {Jobs} jobs")]
    private static partial void Listening(ILogger log, IPEndPoint address, int jobs);

    [LoggerMessage(Level = LogLevel.Debug, Message = "a sidecar has disconnected")]
    private static partial void Disconnected(ILogger log);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Fatal error: {Reason}")]
    private static partial void Failed(ILogger log, string reason);
}
