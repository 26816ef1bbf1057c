using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Processes;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Node.Pods;

/// <summary>The life of one pod on the node, from its address to its removal.</summary>
internal sealed partial class PodWorker : IDisposable
{
    private const string Manager = "kubelet";

    private readonly NodeServices _node;
    private readonly ILogger _logger;
    private readonly JsonObject _pod;
    private readonly PodSandbox _sandbox;
    private readonly IReadOnlyList<ContainerRunner> _init;
    private readonly IReadOnlyList<ContainerRunner> _containers;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _publishing = new();
    private readonly Lock _ending = new();
    private readonly Task _running;
    private GraceClock? _clock;
    private Task? _ended;

    public PodWorker(NodeServices node, JsonObject pod)
    {
        _node = node;
        _logger = node.Logger;
        _pod = pod;
        _sandbox = new PodSandbox(node, pod);
        _init = [.. pod.Items("spec", "initContainers").Select(spec => new ContainerRunner(node, _sandbox, spec, Publish))];
        _containers = [.. pod.Items("spec", "containers").Select(spec => new ContainerRunner(node, _sandbox, spec, Publish))];
        Publish();
        _running = Task.Run(RunAsync);
    }

    /// <summary>Namespace and name.</summary>
    public ObjectKey Key => new(_sandbox.Namespace, _sandbox.Name);

    /// <summary>The runner of a container, or null.</summary>
    public ContainerRunner? Find(string container) => _containers.Concat(_init).FirstOrDefault(runner => runner.Name == container);

    /// <summary>A ConfigMap or Secret of the namespace has changed.</summary>
    public void SignalConfigChanged() => _sandbox.SignalConfigChanged();

    /// <summary>Ends the pod within its grace period and removes the object. Called again, it only shortens the period.</summary>
    public Task TerminateAsync(TimeSpan grace, bool removeObject = true)
    {
        lock (_ending)
        {
            if (_ended is null)
            {
                _clock = new GraceClock(grace, _node.Time);
                _ended = Task.Run(() => EndAsync(_clock, removeObject));
            }
            else
            {
                _clock!.Shorten(grace);
            }

            return _ended;
        }
    }

    /// <summary>To be called after the end, when nobody terminates it any more.</summary>
    public void Dispose()
    {
        _clock?.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var policy = _pod.Text("spec", "restartPolicy") ?? "Always";
        foreach (var init in _init)
        {
            var code = await init.RunAsync(code => code != 0 && policy != "Never", _stopping.Token);
            if (code != 0)
            {
                return;
            }
        }

        bool Restart(int code) => policy == "Always" || (policy == "OnFailure" && code != 0);
        await Task.WhenAll(_containers.Select(container => container.RunAsync(Restart, _stopping.Token)));
    }

    private async Task EndAsync(GraceClock clock, bool removeObject)
    {
        try
        {
            // Order matters: nothing new is sent to the pod before anything in it hears that it ends.
            await _sandbox.StopRoutingAsync();
            await _stopping.CancelAsync();
            foreach (var container in _containers.Where(container => container.Pid is not null))
            {
                _sandbox.Note("Killing", $"Stopping container {container.Name}", container.Name);
            }

            await Task.WhenAll(_containers.Concat(_init).Select(container => container.StopAsync(clock)));
            await _running;
        }
        catch (Exception e)
        {
            LogFailed(e, Key);
        }

        if (removeObject)
        {
            Publish();
            try
            {
                _node.Api.Delete(ResourceTypes.Pods, _sandbox.Namespace, _sandbox.Name, new DeleteRequest(GracePeriodSeconds: 0, Uid: _sandbox.Uid));
            }
            catch (ApiException e) when (e.Reason is "Conflict" or "NotFound")
            {
                // Removed by somebody else, perhaps replaced by another of the same name.
            }
        }

        _sandbox.Dispose();
    }

    /// <summary>Writes the status as it is now. Under a lock, so that an older one never follows a newer one.</summary>
    private void Publish()
    {
        lock (_publishing)
        {
            for (var tries = 0; tries < 10; tries++)
            {
                try
                {
                    if (_node.Api.Get(ResourceTypes.Pods, _sandbox.Namespace, _sandbox.Name) is not { } pod || pod.Uid() != _sandbox.Uid)
                    {
                        return;
                    }

                    var status = PodStatus.Build(
                        pod,
                        _sandbox.Address,
                        _node.Options.HostAddress,
                        [.. _init.Select(runner => runner.Snapshot)],
                        [.. _containers.Select(runner => runner.Snapshot)],
                        _node.Time.GetUtcNow());
                    if (!JsonNode.DeepEquals(status, pod.At("status")))
                    {
                        pod["status"] = status;
                        _node.Api.UpdateStatus(ResourceTypes.Pods, pod, Manager);
                    }

                    return;
                }
                catch (ApiException e) when (e.Reason == "Conflict")
                {
                    // Somebody wrote metadata in between: read again.
                }
                catch (ApiException e) when (e.Reason == "NotFound")
                {
                    return;
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Ending pod {Pod} failed")]
    private partial void LogFailed(Exception exception, ObjectKey pod);

}
