using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer;
using LocalCluster.ApiServer.Storage;

namespace Todo.Operator.Tests.Cluster;

/// <summary>
/// Stands in for node and services: a pod is an HTTP server on a loopback address of its own that answers like service and sidecar would,
/// from what the API server says about Components, Subscriptions and its own environment.
/// </summary>
internal sealed class SimulatedNode(KubeApiServer server, SimulatedServices services, byte block) : IAdmission, IAsyncDisposable
{
    private const string Manager = "kubelet";

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, SimulatedPodServer> _servers = new();
    private Task _running = Task.CompletedTask;
    private int _addresses;

    /// <summary>The injector is there.</summary>
    public bool Injects { get; set; } = true;

    public void Start()
    {
        server.Admission = this;
        _running = RunAsync();
    }

    public void MutatePod(JsonObject pod)
    {
        if (Injects && pod["metadata"]?["annotations"]?["dapr.io/enabled"]?.GetValue<string>() == "true")
        {
            pod["spec"]!["containers"]!.AsArray().Add(new JsonObject { ["name"] = "daprd", ["image"] = "dapr/daprd" });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var pod in _servers.Values)
        {
            await pod.DisposeAsync();
        }

        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var change in server.Api.WatchAsync(ResourceTypes.Pods, "default", 0, _stop.Token))
        {
            var name = change.Object["metadata"]!["name"]!.GetValue<string>();
            if (change.Object["metadata"]!["deletionTimestamp"] is not null || change.Type == ObjectEventType.Deleted)
            {
                _ = EndAsync(name);
            }
            else if (change.Type == ObjectEventType.Added)
            {
                _ = BeginAsync(name, change.Object);
            }
        }
    }

    private async Task BeginAsync(string name, JsonObject pod)
    {
        var number = Interlocked.Increment(ref _addresses);
        var address = $"127.{block}.{1 + (number / 250)}.{1 + (number % 250)}";
        _servers[name] = await SimulatedPodServer.StartAsync(address, new SimulatedPodView(name, pod), services);
        if (server.Api.Get(ResourceTypes.Pods, "default", name) is not { } current)
        {
            return;
        }

        var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ");
        current["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["podIP"] = address,
            ["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "Ready", ["status"] = "True", ["lastTransitionTime"] = now },
                new JsonObject { ["type"] = "ContainersReady", ["status"] = "True", ["lastTransitionTime"] = now }),
            ["containerStatuses"] = new JsonArray([.. pod["spec"]!["containers"]!.AsArray().Select(c => new JsonObject
            {
                ["name"] = c!["name"]!.GetValue<string>(),
                ["image"] = "simulated",
                ["imageID"] = "simulated",
                ["ready"] = true,
                ["restartCount"] = 0,
            })]),
        };
        current["metadata"]!.AsObject().Remove("resourceVersion");
        server.Api.UpdateStatus(ResourceTypes.Pods, current, Manager);
    }

    private async Task EndAsync(string name)
    {
        if (_servers.TryRemove(name, out var pod))
        {
            await pod.DisposeAsync();
        }

        server.Api.Delete(ResourceTypes.Pods, "default", name, new DeleteRequest(GracePeriodSeconds: 0));
    }
}
