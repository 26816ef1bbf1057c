using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Deployments;
using LocalCluster.Controllers.Endpoints;
using LocalCluster.Controllers.Garbage;
using LocalCluster.Controllers.Namespaces;
using LocalCluster.Controllers.ReplicaSets;
using LocalCluster.Controllers.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalCluster.Controllers;

/// <summary>Runs the controllers that Kubernetes' controller manager would run: Deployment, ReplicaSet, EndpointSlice, garbage collection, namespace.</summary>
public sealed class ControllerHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly InformerSet _informers;
    private readonly GarbageCollector _garbage;
    private readonly IReadOnlyList<Controller> _controllers;
    private readonly List<Task> _running = [];

    /// <param name="api">The cluster's objects.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <param name="logger">Where failures are reported; null: nowhere.</param>
    public ControllerHost(IClusterApi api, TimeProvider? time = null, ILogger? logger = null)
    {
        time ??= TimeProvider.System;
        logger ??= NullLogger.Instance;
        _informers = new InformerSet(api, time, logger);
        _garbage = new GarbageCollector(api, time, logger);
        _controllers =
        [
            new DeploymentController(api, time, logger),
            new ReplicaSetController(api, time, logger),
            new EndpointSliceController(api, time, logger),
            new NamespaceController(api, time, logger),
        ];
    }

    /// <summary>Starts watching and working.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        foreach (var controller in _controllers)
        {
            controller.Connect(_informers);
            _running.Add(Task.Run(() => controller.RunAsync(_stop.Token), CancellationToken.None));
        }

        _garbage.Connect(_informers, _stop.Token);
        _running.Add(Task.Run(() => _garbage.RunAsync(_stop.Token), CancellationToken.None));
        _running.Add(_informers.Start(_stop.Token));
        return Task.CompletedTask;
    }

    /// <summary>Stops working; objects stay as they are.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _garbage.Dispose();
        foreach (var controller in _controllers)
        {
            controller.Dispose();
        }

        _stop.Dispose();
    }
}
