using LocalCluster.ApiServer;
using LocalCluster.Controllers;

namespace Kubernetes.Conformance.Support;

/// <summary>A cluster whose controllers act on what is written. On a server that is not ours they have to be there already.</summary>
public sealed class ControlledCluster : ClusterUnderTest
{
    private ControllerHost? _controllers;

    protected override bool IsShared => true;

    protected override async Task<bool> StartControllersAsync(KubeApiServer local)
    {
        _controllers = new ControllerHost(local.Api);
        await _controllers.StartAsync();
        return true;
    }

    protected override ValueTask StopControllersAsync() => _controllers?.DisposeAsync() ?? ValueTask.CompletedTask;
}
