using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using LocalCluster.ApiServer;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Tests.Support;

namespace LocalCluster.Node.Tests.Pods;

public sealed class LogTests(RunningCluster cluster)
{
    [Fact]
    public async Task Both_outputs_tail_and_timestamps()
    {
        await using var ns = cluster.NewNamespace();
        ns.Create(ResourceTypes.Pods, ContainerLifeTests.Shell("talker", "for i in 1 2 3 4 5; do echo line $i; done; echo problem >&2; printf unended", policy: "Never"));
        await Eventually.IsTrueAsync("ended", () => ns.Pod("talker").Text("status", "phase") == "Succeeded");
        await Eventually.IsTrueAsync("all there", async () => (await ReadAsync(ns, "talker")).Length == 7);

        var all = await ReadAsync(ns, "talker");
        Assert.Equal(["line 1", "line 2", "line 3", "line 4", "line 5", "problem", "unended"], all.Order(StringComparer.Ordinal));
        Assert.Equal(all[^2..], await ReadAsync(ns, "talker", r => r with { TailLines = 2 }));
        Assert.Empty(await ReadAsync(ns, "talker", r => r with { TailLines = 0 }));
        Assert.Equal(all, await ReadAsync(ns, "talker", r => r with { TailLines = 100 }));
        Assert.Equal(all, await ReadAsync(ns, "talker", r => r with { SinceSeconds = 600 }));
        foreach (var line in await ReadAsync(ns, "talker", r => r with { Timestamps = true }))
        {
            Assert.True(DateTimeOffset.TryParse(line.Split(' ')[0], CultureInfo.InvariantCulture, out _));
        }

        var kubectl = new Kubectl(cluster, ns.Name);
        Assert.Equal(string.Join('\n', all[^3..]) + "\n", await kubectl.RunAsync("logs", "talker", "--tail=3"));
    }

    [Fact]
    public async Task Following_sees_lines_as_they_come_and_ends_with_the_container()
    {
        await using var ns = cluster.NewNamespace();
        ns.DeployApp("web");
        var pod = await ns.ReadyPodAsync("web");
        var pipe = new Pipe();
        var copy = cluster.Node.Logs.CopyAsync(new PodLogRequest(ns.Name, pod.Name(), null, Follow: true), pipe.Writer.AsStream(), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(pipe.Reader.AsStream());
        string? line;
        do
        {
            line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (line != "listening" && line is not null);

        await Sandbox.PostAsync(Sandbox.PodUri(pod, "/log?line=hello"));
        do
        {
            line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (line is "a line on stderr");
        Assert.Equal("hello", line);

        await Sandbox.PostAsync(Sandbox.PodUri(pod, "/exit?code=0")).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.True(await copy.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_run_before_the_last_crash_can_be_read()
    {
        await using var ns = cluster.NewNamespace();
        var file = Path.Combine(cluster.DataDirectory, $"{ns.Name}-run");
        ns.Create(ResourceTypes.Pods, ContainerLifeTests.Shell("again", $"echo x >> {file}; echo run $(wc -l < {file}); test $(wc -l < {file}) -ge 2 && exec sleep 1000; exit 1"));
        await Eventually.IsTrueAsync("started", () => Sandbox.Container(ns.Pod("again")).At("containerID") is not null);
        await Eventually.IsTrueAsync("second run", async () => await ReadAsync(ns, "again") is ["run 2"]);

        Assert.Equal(["run 1"], await ReadAsync(ns, "again", r => r with { Previous = true }));
        Assert.False(await cluster.Node.Logs.CopyAsync(new PodLogRequest(ns.Name, "nobody", null), Stream.Null, TestContext.Current.CancellationToken));
        Assert.Equal(1, Sandbox.Container(ns.Pod("again")).Int("restartCount"));
    }

    private async Task<string[]> ReadAsync(Sandbox ns, string pod, Func<PodLogRequest, PodLogRequest>? with = null)
    {
        using var output = new MemoryStream();
        var request = new PodLogRequest(ns.Name, pod, null);
        Assert.True(await cluster.Node.Logs.CopyAsync(with?.Invoke(request) ?? request, output, TestContext.Current.CancellationToken));
        return Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
