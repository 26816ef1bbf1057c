using LocalCluster.Sidecar.CommandLine;
using LocalCluster.Sidecar.Components;
using LocalCluster.Sidecar.Logging;
using LocalCluster.Sidecar.PubSub;

namespace LocalCluster.Sidecar.Runtime;

/// <summary>The process: reads the command line, runs one runtime after another until told to stop.</summary>
internal static class SidecarProgram
{
    /// <summary>daprd's exit codes: 0 stopped in time, 1 forced or failed; 2 for an unusable command line.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        DaprdOptions options;
        try
        {
            options = DaprdCommandLine.Parse(args, Environment.GetEnvironmentVariable);
        }
        catch (CommandLineException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 2;
        }

        var time = TimeProvider.System;
        using var logs = new LoggerFactory([new DaprdLoggerProvider(options.AppId, DaprdLoggerProvider.Level(options.LogLevel), options.LogAsJson, time)]);
        using var shutdown = new ShutdownRequest().Listen();
        try
        {
            while (true)
            {
                using var instance = new SidecarInstance(options, shutdown, logs, time);
                var end = await instance.RunAsync(shutdown.Token);
                if (end != InstanceEnd.Restart || shutdown.Token.IsCancellationRequested)
                {
                    return end == InstanceEnd.Forced ? 1 : 0;
                }
            }
        }
        catch (OperationCanceledException) when (shutdown.Token.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception error) when (error is ComponentInitException or PubSubException or IOException or FormatException)
        {
            RuntimeLog.Fatal(logs.CreateLogger("dapr.runtime"), error.Message);
            return 1;
        }
    }
}
