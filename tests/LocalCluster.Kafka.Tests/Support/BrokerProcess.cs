using System.Diagnostics;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>The broker as a process of its own, to be killed.</summary>
internal sealed class BrokerProcess : IDisposable
{
    private readonly Process _process;

    private BrokerProcess(Process process) => _process = process;

    public static async Task<BrokerProcess> StartAsync(string address, string dataFolder, params string[] further)
    {
        RealKafka.SkipWhenUsed("the broker's process is killed");
        var process = Start(["--listen", address, "--data", dataFolder, .. further]);
        var ready = await process.StandardOutput.ReadLineAsync().InTimeAsync("the broker says that it is ready");
        Assert.True(ready?.Contains("ready", StringComparison.Ordinal) == true, ready ?? await process.StandardError.ReadToEndAsync().InTimeAsync());
        return new BrokerProcess(process);
    }

    /// <summary>Runs the program to its end: exit code, and what it wrote to the error stream.</summary>
    public static async Task<(int ExitCode, string Error)> RunAsync(params string[] arguments)
    {
        var process = Start(arguments);
        try
        {
            var error = await process.StandardError.ReadToEndAsync().InTimeAsync();
            await process.WaitForExitAsync().InTimeAsync();
            return (process.ExitCode, error);
        }
        finally
        {
            Children.End(process);
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().InTimeAsync("the killed broker is gone");
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        // The shell's own kill: the program of that name is in a package (procps) that small systems lack.
        using (var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]))
        {
            await kill.WaitForExitAsync().InTimeAsync();
        }

        await _process.WaitForExitAsync().InTimeAsync("the broker has ended");
        return _process.ExitCode;
    }

    public void Dispose() => Children.End(_process);

    private static Process Start(string[] arguments) => Children.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "LocalCluster.Kafka"), arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    });
}
