using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>kcat (Debian's package of that name), a client of other people's making. Tests that need it are skipped, visibly, where it is missing.</summary>
internal sealed class KcatProcess : IDisposable
{
    private readonly Process _process;

    private KcatProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text)
            {
                Lines.Enqueue(text);
            }
        };
        process.BeginOutputReadLine();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
    }

    /// <summary>What it wrote so far.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>A member of a group, which prints each value on a line and outlives an outage of the broker (<c>-E</c>).</summary>
    public static KcatProcess Consume(string address, string group, string topic, params string[] settings) =>
        Start(["-b", address, "-E", "-u", "-f", "%s\n", "-X", "auto.offset.reset=earliest", "-X", "heartbeat.interval.ms=200", .. settings, "-G", group, topic]);

    /// <summary>Runs to the end: what it printed.</summary>
    public static async Task<IReadOnlyCollection<string>> RunAsync(string input, params string[] arguments)
    {
        using var kcat = Start(arguments);
        await kcat._process.StandardInput.WriteAsync(input);
        kcat._process.StandardInput.Close();
        await kcat._process.WaitForExitAsync().InTimeAsync($"kcat {string.Join(' ', arguments)}");
        Assert.Equal(0, kcat._process.ExitCode);
        return kcat.Lines;
    }

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill();

    public void Dispose() => Children.End(_process);

    private static KcatProcess Start(string[] arguments)
    {
        try
        {
            return new KcatProcess(Children.Start(new ProcessStartInfo("kcat", arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }));
        }
        catch (Win32Exception)
        {
            Assert.Skip("needs kcat: apt install kcat");
            throw;
        }
    }
}
