using System.Diagnostics;
using LocalCluster.Dependencies;

namespace LocalCluster.Hosting;

/// <summary>The real kubectl, unchanged, with this cluster's kubeconfig and a cache folder of its own.</summary>
public sealed class Kubectl(string kubeconfig, string home)
{
    /// <summary>Runs and returns standard output; a failure is an exception with kubectl's own words.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        await RunAsync(null, cancellationToken, arguments);

    /// <summary>The same with text on standard input (<c>-f -</c>).</summary>
    public async Task<string> RunAsync(string? input, CancellationToken cancellationToken, params string[] arguments)
    {
        var (code, output, error) = await TryAsync(input, cancellationToken, arguments);
        return code == 0 ? output : throw new ClusterException($"kubectl {string.Join(' ', arguments)} ended with {code}: {error.Trim()}");
    }

    /// <summary>Runs and returns whatever came of it.</summary>
    public async Task<(int ExitCode, string Output, string Error)> TryAsync(string? input, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", arguments)
        {
            RedirectStandardInput = input is not null,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KUBECONFIG"] = kubeconfig;
        start.Environment["HOME"] = home;
        using var process = Process.Start(start) ?? throw new ClusterException("kubectl could not be started.");
        try
        {
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
                process.StandardInput.Close();
            }

            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
