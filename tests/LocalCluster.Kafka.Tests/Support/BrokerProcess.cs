using System.Diagnostics;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>The broker as a process of its own, to be killed.</summary>
internal sealed class BrokerProcess : IDisposable
{
    private readonly Process _process;

    private BrokerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static async Task<BrokerProcess> StartAsync(string address, string dataFolder, params string[] further)
    {
        var process = Start(["--listen", address, "--data", dataFolder, .. further]);
        var ready = await process.StandardOutput.ReadLineAsync();
        Assert.True(ready?.Contains("ready", StringComparison.Ordinal) == true, ready ?? await process.StandardError.ReadToEndAsync());
        return new BrokerProcess(process);
    }

    /// <summary>Runs the program to its end: exit code, and what it wrote to the error stream.</summary>
    public static async Task<(int ExitCode, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, error);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()]))
        {
            await kill.WaitForExitAsync();
        }

        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "LocalCluster.Kafka"), arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
