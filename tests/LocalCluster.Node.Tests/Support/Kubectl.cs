using System.Diagnostics;

namespace LocalCluster.Node.Tests.Support;

/// <summary>Runs the real kubectl against the cluster.</summary>
public sealed class Kubectl(RunningCluster cluster, string ns)
{
    /// <summary>Standard output of a command that must succeed.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (IEnumerable<string>)["--kubeconfig", cluster.Kubeconfig, "--cache-dir", Path.Combine(cluster.DataDirectory, "kube-cache"), "-n", ns, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"kubectl {string.Join(' ', arguments)}: {await error}");
        return output;
    }
}
