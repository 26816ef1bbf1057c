using System.Diagnostics;
using LocalCluster.Node.Processes;
using LocalCluster.Node.Tests.Support;

namespace LocalCluster.Node.Tests.Pods;

public sealed class LeftoverTests
{
    [Fact]
    public async Task Nothing_outlives_a_killed_node()
    {
        var folder = Directory.CreateTempSubdirectory("local-cluster-leftovers-").FullName;
        var pids = Path.Combine(folder, "pids");
        var file = Path.Combine(folder, "child");
        using var node = Process.Start(new ProcessStartInfo("dotnet", [RunningCluster.TestApp, "spawn", pids, $"sleep 1000 & echo $! > {file}; wait"]) { RedirectStandardOutput = true })!;
        var leader = int.Parse((await node.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
        await Eventually.IsTrueAsync("child runs", () => File.Exists(file) && new FileInfo(file).Length > 0);
        var child = int.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.True(ProcessTable.IsAlive(leader) && ProcessTable.IsAlive(child));

        node.Kill();

        // The kernel ends the container's first process; what that one started is found by the next node.
        await Eventually.IsTrueAsync("container ended", () => !ProcessTable.IsAlive(leader));
        Assert.Single(Directory.GetFiles(pids));
        var killed = new PidFiles(pids).CleanUp(folder);
        await Eventually.IsTrueAsync("child ended", () => !ProcessTable.IsAlive(child));
        Assert.Equal(1, killed);
        Assert.Empty(Directory.GetFiles(pids));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_stranger_with_a_noted_pid_is_left_alone()
    {
        var folder = Directory.CreateTempSubdirectory("local-cluster-leftovers-").FullName;
        var files = new PidFiles(Path.Combine(folder, "pids"));
        files.CleanUp(folder);
        using var stranger = Process.Start(new ProcessStartInfo("setsid", ["sleep", "1000"]) { WorkingDirectory = "/" })!;
        files.Write(stranger.Id);

        Assert.Equal(0, files.CleanUp(folder));

        Assert.True(ProcessTable.IsAlive(stranger.Id));
        stranger.Kill();
        Directory.Delete(folder, recursive: true);
    }
}
