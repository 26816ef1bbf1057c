using System.Text.Json.Nodes;
using LocalCluster.ApiServer;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Controllers.Runtime;
using LocalCluster.Node.Addresses;
using LocalCluster.Node.Injection;
using LocalCluster.Node.Pods;
using LocalCluster.Node.Probes;
using LocalCluster.Node.Processes;
using LocalCluster.Node.Proxy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalCluster.Node;

/// <summary>
/// The one node of the local cluster. It is made before the API server, which needs its <see cref="Logs"/> and <see cref="Injector"/>,
/// and started after it.
/// </summary>
public sealed class NodeHost : IAsyncDisposable
{
    private readonly NodeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Logs.PodLogs _logs;
    private readonly CancellationTokenSource _stop = new();
    private readonly RoutingTable _routing = new();
    private readonly DaprFolders _dapr;
    private readonly ServiceProxy _proxy;
    private ProcessSpawner? _spawner;
    private Prober? _prober;
    private PodManager? _pods;
    private Task _informing = Task.CompletedTask;

    /// <param name="options">Settings.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <param name="logger">Where failures are reported; null: nowhere.</param>
    public NodeHost(NodeOptions options, TimeProvider? time = null, ILogger? logger = null)
    {
        _options = options with { DataDirectory = Path.GetFullPath(options.DataDirectory) };
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
        _logs = new Logs.PodLogs(_time);
        _dapr = new DaprFolders(_time, _logger);
        _proxy = new ServiceProxy(_routing, _logger);
        Injector = new SidecarInjector(options.Sidecar);
    }

    /// <summary>The pods' logs, for the API server.</summary>
    public IPodLogs Logs => _logs;

    /// <summary>Sidecar injection, for the API server; it can be switched off for tests.</summary>
    public SidecarInjector Injector { get; }

    /// <summary>Ends what an earlier run left behind, registers the node, and runs every pod there is and will be.</summary>
    public async Task StartAsync(IClusterApi api, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(_options.DataDirectory);
        var pids = new PidFiles(Path.Combine(_options.DataDirectory, "pids"));
        pids.CleanUp(_options.DataDirectory);
        _spawner = new ProcessSpawner(pids);
        _prober = new Prober(_spawner);
        var services = new NodeServices(
            api, _options, _time, _logger, new EventRecorder(api, "kubelet", _time, _options.NodeName), new PodAddresses(_options.Block), _spawner, _prober, _logs, _routing, _dapr);
        _pods = new PodManager(services, new EventRecorder(api, "default-scheduler", _time));
        Register(api);

        var informers = new InformerSet(api, _time, _logger);
        _dapr.Connect(api, informers, _stop.Token);
        _proxy.Connect(informers);
        _pods.Connect(informers);
        _informing = informers.Start(_stop.Token);
        await informers.For(ResourceTypes.Pods).Synced.WaitAsync(cancellationToken);
    }

    /// <summary>Stops all processes (SIGTERM, then SIGKILL after <see cref="NodeOptions.StopTimeout"/>). Objects stay as they are.</summary>
    public async Task StopAsync()
    {
        if (_pods is not null)
        {
            await _pods.StopAsync(_options.StopTimeout);
        }

        await _stop.CancelAsync();
        await _informing;
        _proxy.Dispose();
    }

    /// <summary>The process id of a running container; null when it does not run.</summary>
    public int? FindPid(string ns, string pod, string container) => _pods?.Find(ns, pod)?.Find(container)?.Pid;

    /// <summary>Sends a signal to a running container; with <see cref="Signal.Kill"/> what a crash looks like. False when it does not run.</summary>
    public bool Send(string ns, string pod, string container, Signal signal) => _pods?.Find(ns, pod)?.Find(container)?.Send(signal) ?? false;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _dapr.Dispose();
        _prober?.Dispose();
        _spawner?.Dispose();
        _stop.Dispose();
    }

    private void Register(IClusterApi api)
    {
        if (api.Get(ResourceTypes.Nodes, null, _options.NodeName) is not null)
        {
            return;
        }

        var node = api.Create(
            ResourceTypes.Nodes,
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Node",
                ["metadata"] = new JsonObject
                {
                    ["name"] = _options.NodeName,
                    ["labels"] = new JsonObject { ["kubernetes.io/hostname"] = _options.NodeName, ["kubernetes.io/os"] = "linux" },
                },
                ["spec"] = new JsonObject(),
            },
            "kubelet");
        var status = new JsonObject
        {
            ["addresses"] = new JsonArray(
                new JsonObject { ["type"] = "InternalIP", ["address"] = _options.HostAddress },
                new JsonObject { ["type"] = "Hostname", ["address"] = _options.NodeName }),
            ["capacity"] = new JsonObject { ["cpu"] = $"{System.Environment.ProcessorCount}", ["pods"] = "1000" },
            ["nodeInfo"] = new JsonObject { ["kubeletVersion"] = "v1.32.0-local", ["operatingSystem"] = "linux", ["containerRuntimeVersion"] = "process://1" },
        };
        Conditions.Set(status, "Ready", "True", "KubeletReady", "kubelet is posting ready status", _time.GetUtcNow());
        node["status"] = status;
        api.UpdateStatus(ResourceTypes.Nodes, node, "kubelet");
    }
}
