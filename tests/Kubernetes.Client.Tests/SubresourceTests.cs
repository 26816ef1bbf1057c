using System.Net;
using System.Text.Json.Nodes;
using Kubernetes.Client.Discovery;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Client.Subresources;
using Kubernetes.Tests.Support;
using LocalCluster.ApiServer;
using LocalCluster.ApiServer.Storage;

namespace Kubernetes.Client.Tests;

/// <summary>Scale, logs, the way to a Service, discovery.</summary>
public sealed class SubresourceTests : ApiServerTest
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_object_is_scaled_without_the_rest_of_it_unless_it_has_changed()
    {
        await Client.ApplyAsync<V1Deployment>(
            (JsonObject)JsonNode.Parse("""
                {"metadata":{"name":"d","namespace":"default"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},
                 "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
                """)!,
            new ApplyOptions("tester"),
            Cancel);
        var before = await Client.GetScaleAsync<V1Deployment>("default", "d", Cancel);
        Assert.Equal((2, "a=b"), (before.Spec!.Replicas, before.Status!.Selector));

        Assert.Equal(5, (await Client.ScaleAsync<V1Deployment>("default", "d", 5, before.Metadata.ResourceVersion, Cancel)).Spec!.Replicas);
        Assert.Equal(5, (await Client.GetAsync<V1Deployment>("default", "d", Cancel))!.Spec!.Replicas);
        var stale = await Assert.ThrowsAsync<KubernetesException>(() => Client.ScaleAsync<V1Deployment>("default", "d", 6, before.Metadata.ResourceVersion, Cancel));
        Assert.Equal(KubernetesError.Conflict, stale.Error);
        var missing = await Assert.ThrowsAsync<KubernetesException>(() => Client.GetScaleAsync<V1Deployment>("default", "nope", Cancel));
        Assert.Equal(KubernetesError.NotFound, missing.Error);
    }

    [Fact]
    public async Task Logs_come_line_by_line_as_they_are_written()
    {
        var log = new GrowingLog();
        Server.Server.PodLogs = log;
        await Client.CreateAsync(
            new V1Pod { Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "i" }] } },
            cancellationToken: Cancel);
        var seen = new List<string>();
        await foreach (var line in Client.ReadLogsAsync("default", "p", new LogOptions { Follow = true, TailLines = 7, Since = TimeSpan.FromSeconds(1.5) }, Cancel))
        {
            seen.Add(line);
            log.Seen.Release();
        }

        Assert.Equal(["one", "two"], seen);
        Assert.Equal((true, 7, 2), (log.Last!.Follow, log.Last.TailLines, log.Last.SinceSeconds));

        var wrong = await Assert.ThrowsAsync<KubernetesException>(async () =>
        {
            await foreach (var _ in Client.ReadLogsAsync("default", "p", new LogOptions { Container = "other" }, Cancel))
            {
            }
        });
        Assert.Equal(KubernetesError.BadRequest, wrong.Error);
    }

    [Fact]
    public async Task A_service_is_reached_by_the_name_of_its_port()
    {
        using var listener = new HttpListener();
        var port = FreePort();
        listener.Prefixes.Add($"http://127.0.249.9:{port}/");
        listener.Start();
        Server.Server.Api.Create(
            ResourceTypes.Services,
            (JsonObject)JsonNode.Parse($$$"""{"metadata":{"name":"s","namespace":"default"},"spec":{"clusterIP":"127.0.249.9","ports":[{"name":"web","port":{{{port}}}}]}}""")!,
            "tests");
        var answering = AnswerAsync(listener);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a/b?c=d");
        using var answer = await Client.SendToServiceAsync("default", "s", "web", request, Cancel);
        Assert.Equal("/a/b?c=d", await answering);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    [Fact]
    public async Task Discovery_tells_the_version_the_groups_and_their_resources()
    {
        Assert.Equal("1", (await Client.GetVersionAsync(Cancel)).Major);
        Assert.Contains((await Client.GetGroupsAsync(Cancel)).Groups, g => g is { Name: "apps", PreferredVersion.GroupVersion: "apps/v1" });
        var apps = await Client.GetResourcesAsync("apps/v1", Cancel);
        var deployments = apps!.Resources.Single(r => r.Name == "deployments");
        Assert.True(deployments is { Kind: "Deployment", Namespaced: true } && deployments.Verbs!.Contains("watch") && deployments.ShortNames!.Contains("deploy"));
        Assert.Contains((await Client.GetResourcesAsync("v1", Cancel))!.Resources, r => r.Name == "pods/log");
        Assert.Null(await Client.GetResourcesAsync("nobody.example.com/v1", Cancel));
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Parse("127.0.249.9"), 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task<string?> AnswerAsync(HttpListener listener)
    {
        var context = await listener.GetContextAsync();
        context.Response.StatusCode = 202;
        context.Response.Close();
        return context.Request.RawUrl;
    }

    /// <summary>A log whose second line is written only when the first one has been read.</summary>
    private sealed class GrowingLog : IPodLogs
    {
        public SemaphoreSlim Seen { get; } = new(0);

        public PodLogRequest? Last { get; private set; }

        public async Task<bool> CopyAsync(PodLogRequest request, Stream output, CancellationToken cancellationToken)
        {
            Last = request;
            await output.WriteAsync("one\n"u8.ToArray(), cancellationToken);
            await output.FlushAsync(cancellationToken);
            await Seen.WaitAsync(cancellationToken);
            await output.WriteAsync("two\n"u8.ToArray(), cancellationToken);
            return true;
        }
    }
}
