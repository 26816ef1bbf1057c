using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>
/// kafkajs, a client that shares no code with librdkafka. npm fetches it into the output folder, once. Tests that need it are skipped,
/// visibly, where node, npm or the registry is not there.
/// </summary>
internal sealed class KafkajsProcess : IDisposable
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromSeconds(90);
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "kafkajs");
    private static readonly Lazy<Task<string?>> Missing = new(InstallAsync);
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private KafkajsProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text)
            {
                Lines.Enqueue(text);
            }
        };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it wrote so far.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>A member of a group, which prints each value on a line.</summary>
    public static Task<KafkajsProcess> ConsumeAsync(string address, string group, string topic) => StartAsync("member.js", address, group, topic);

    /// <summary>Runs a script to its end: what it printed.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        using var node = await StartAsync(script, arguments);
        await node._process.WaitForExitAsync().InTimeAsync($"{script} has ended");
        Assert.True(node._process.ExitCode == 0, node._errors.ToString());
        return Assert.Single(node.Lines);
    }

    public void Dispose() => Children.End(_process);

    private static async Task<KafkajsProcess> StartAsync(string script, params string[] arguments)
    {
        if (await Missing.Value is { } reason)
        {
            Assert.Skip($"needs kafkajs: {reason}");
        }

        return new KafkajsProcess(Start("node", [script, .. arguments]));
    }

    /// <returns>Why it cannot be used; null when it can.</returns>
    private static async Task<string?> InstallAsync()
    {
        // npm writes this file last.
        if (File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json")))
        {
            return null;
        }

        Process npm;
        try
        {
            npm = Start("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"]);
        }
        catch (Win32Exception)
        {
            return "node and npm are not installed";
        }

        try
        {
            var output = npm.StandardOutput.ReadToEndAsync();
            var errors = npm.StandardError.ReadToEndAsync();
            await npm.WaitForExitAsync().WaitAsync(InstallLimit);
            return npm.ExitCode == 0 ? null : $"npm install: {await errors}{await output}";
        }
        catch (TimeoutException)
        {
            return $"npm install did not end within {InstallLimit.TotalSeconds:0} s";
        }
        finally
        {
            Children.End(npm);
        }
    }

    private static Process Start(string program, string[] arguments) => Children.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    });
}
