using System.Diagnostics;
using System.Text;

namespace Kubernetes.Conformance.Support;

/// <summary>The real <c>kubectl</c>, with a home folder of its own, so that its caches are of this server only.</summary>
public sealed class Kubectl(string kubeconfig, string home)
{
    private const string Program = "kubectl";

    private static readonly bool IsInstalled = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, Program)));

    public static void SkipIfMissing() => Assert.SkipUnless(IsInstalled, "kubectl is not installed");

    /// <summary>Runs a command and expects it to succeed.</summary>
    public async Task<string> RunAsync(string command, string? input = null)
    {
        var result = await TryAsync(command, input);
        Assert.True(result.ExitCode == 0, $"kubectl {command}: exit code {result.ExitCode}\n{result.Output}{result.Error}");
        return result.Output;
    }

    /// <summary>Runs a command.</summary>
    public async Task<KubectlResult> TryAsync(string command, string? input = null)
    {
        using var process = Start(command);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        return await EndAsync(process, command);
    }

    /// <summary>Starts a command that waits for something; returns when it watches.</summary>
    public async Task<Process> StartWatchingAsync(string command)
    {
        // At this verbosity every request is told when its answer begins.
        var process = Start(command + " -v=6");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var said = new StringBuilder();
        while (await process.StandardError.ReadLineAsync(deadline.Token) is { } line)
        {
            said.AppendLine(line);
            if (line.Contains("watch=true", StringComparison.Ordinal))
            {
                return process;
            }
        }

        throw new InvalidOperationException($"kubectl {command} does not watch: {said}");
    }

    /// <summary>Waits for the end of a command.</summary>
    public static async Task<KubectlResult> EndAsync(Process process, string command)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"kubectl {command} does not end: {await output}{await error}", e);
        }

        return new KubectlResult(process.ExitCode, await output, await error);
    }

    private Process Start(string command)
    {
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var argument in Split(command))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["HOME"] = home;
        start.Environment["KUBECONFIG"] = kubeconfig;
        return Process.Start(start)!;
    }

    // Words; single quotes hold words together.
    private static IEnumerable<string> Split(string command)
    {
        var word = new StringBuilder();
        var isQuoted = false;
        foreach (var character in command + " ")
        {
            if (character == '\'')
            {
                isQuoted = !isQuoted;
            }
            else if (character == ' ' && !isQuoted)
            {
                if (word.Length > 0)
                {
                    yield return word.ToString();
                }

                word.Clear();
            }
            else
            {
                word.Append(character);
            }
        }
    }
}

/// <summary>How a command ended.</summary>
public sealed record KubectlResult(int ExitCode, string Output, string Error);
