using System.Diagnostics;
using System.Text;

namespace LocalCluster.ApiServer.Tests.Support;

/// <summary>An API server and the real <c>kubectl</c> with a home folder of its own, so that its caches are of this server only.</summary>
public sealed class KubectlFixture : ServerFixture, IAsyncLifetime
{
    private const string Program = "kubectl";

    private static readonly bool IsInstalled = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, Program)));

    private readonly string _folder = Directory.CreateTempSubdirectory("kubectl-").FullName;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        Server.WriteKubeconfig(Path.Combine(_folder, "kubeconfig"));
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

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
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
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

    /// <summary>Starts a command that goes on; the caller ends it.</summary>
    public Process Start(string command)
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

        start.Environment["HOME"] = _folder;
        start.Environment["KUBECONFIG"] = Path.Combine(_folder, "kubeconfig");
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
