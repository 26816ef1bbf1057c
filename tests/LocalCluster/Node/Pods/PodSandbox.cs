using System.Net;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Environment;
using LocalCluster.Node.Injection;
using LocalCluster.Node.Logs;
using LocalCluster.Node.Processes;

namespace LocalCluster.Node.Pods;

/// <summary>A pod's place on the node: its address, its folder, and what its containers are started with.</summary>
internal sealed class PodSandbox : IDisposable
{
    private readonly NodeServices _node;
    private readonly JsonObject _pod;
    private readonly IPAddress _address;
    private readonly string _folder;
    private readonly DaprFolder? _dapr;
    private TaskCompletionSource _configChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PodSandbox(NodeServices node, JsonObject pod)
    {
        _node = node;
        _pod = pod;
        Name = pod.Name();
        Namespace = pod.Namespace() ?? "";
        Uid = pod.Uid();
        GraceSeconds = pod.Int("spec", "terminationGracePeriodSeconds") ?? 30;
        _address = node.Addresses.Take();
        Address = _address.ToString();
        node.Routing.Admit(_address);
        _folder = Directory.CreateDirectory(Path.Combine(node.Options.DataDirectory, "pods", $"{Namespace}_{Name}_{Uid}")).FullName;
        var containers = pod.Items("spec", "containers").Select(container => container.Text("name") ?? "").ToList();
        var main = pod.Annotation("kubectl.kubernetes.io/default-container") ?? containers.Find(name => name != SidecarInjector.ContainerName) ?? "";
        node.Logs.Add(Namespace, Name, main);
        if (containers.Contains(SidecarInjector.ContainerName, StringComparer.Ordinal))
        {
            _dapr = node.Dapr.Open(Namespace, SidecarInjector.AppId(pod), pod.Annotation("dapr.io/config"), Path.Combine(_folder, "dapr"));
        }
    }

    public string Name { get; }

    public string Namespace { get; }

    public string Uid { get; }

    /// <summary>The pod's address.</summary>
    public string Address { get; }

    /// <summary>Default grace period.</summary>
    public int GraceSeconds { get; }

    /// <summary>Completes when a ConfigMap or Secret of the namespace changes after this was read.</summary>
    public Task ConfigChanged => Volatile.Read(ref _configChanged).Task;

    /// <summary>A ConfigMap or Secret has changed.</summary>
    public void SignalConfigChanged() =>
        Interlocked.Exchange(ref _configChanged, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>From now on no new connection reaches the pod through a Service.</summary>
    public Task StopRoutingAsync() => _node.Routing.StopAsync(_address);

    /// <summary>The program of a container's image; null when the node does not know it.</summary>
    public ImageProgram? FindProgram(JsonObject container) =>
        _dapr is not null && container.Text("name") == SidecarInjector.ContainerName && _node.Options.Sidecar is { } sidecar
            ? sidecar.Program
            : _node.Options.Images.GetValueOrDefault(ImageName.WithoutTag(container.Text("image") ?? ""));

    /// <summary>Why a container's process would end at once, or null.</summary>
    public string? WhyNotStart(string container) => container == SidecarInjector.ContainerName ? _dapr?.Problem : null;

    /// <summary>What to start for a container.</summary>
    /// <exception cref="ConfigMissingException">Something it refers to is missing.</exception>
    public ProcessSpec ProcessFor(JsonObject container, ImageProgram program)
    {
        var initial = HostEnvironment.Inherited();
        foreach (var (name, value) in program.Environment)
        {
            initial[name] = value;
        }

        initial["HOSTNAME"] = Name;
        if (KubeconfigFile() is { } kubeconfig)
        {
            initial["KUBECONFIG"] = kubeconfig;
        }

        var environment = new ContainerEnvironment(_pod, Address, _node.Options.HostAddress, (type, name) => _node.Api.Get(type, Namespace, name))
            .Resolve(container, initial);
        if (_dapr is not null && container.Text("name") == SidecarInjector.ContainerName)
        {
            environment[SidecarInjector.ResourcesVariable] = _dapr.ResourcesPath;
            environment[SidecarInjector.ConfigVariable] = _dapr.ConfigPath;
        }

        var arguments = container.Strings("command").Concat(container.Strings("args"))
            .Select(argument => VariableExpansion.Expand(argument, name => environment.GetValueOrDefault(name)));
        var work = Directory.CreateDirectory(Path.Combine(_folder, container.Text("name") ?? "", "work")).FullName;
        return new ProcessSpec([.. program.Command, .. arguments], environment, work);
    }

    /// <summary>Opens the log of a container's next run.</summary>
    public ContainerLog OpenLog(string container, int run)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, container)).FullName;
        return _node.Logs.Open(Namespace, Name, container, Path.Combine(folder, $"{run}.log"));
    }

    /// <summary>Records a normal event about a container.</summary>
    public void Note(string reason, string message, string container) =>
        _node.Events.Normal(ResourceTypes.Pods, _pod, reason, message, $"spec.containers{{{container}}}");

    /// <summary>Records a warning about a container.</summary>
    public void Warn(string reason, string message, string container) =>
        _node.Events.Warning(ResourceTypes.Pods, _pod, reason, message, $"spec.containers{{{container}}}");

    /// <summary>Gives address and folder back.</summary>
    public void Dispose()
    {
        _dapr?.Dispose();
        _node.Logs.Remove(Namespace, Name);
        _node.Addresses.Return(_address);
        if (!_node.Options.KeepPodFolders)
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
            }
            catch (IOException)
            {
                // A grandchild may still write here while it dies.
            }
        }
    }

    private string? KubeconfigFile()
    {
        var account = _pod.Text("spec", "serviceAccountName") ?? "default";
        var wanted = account != "default" || _pod.Flag("spec", "automountServiceAccountToken");
        if (!wanted || _node.Options.Kubeconfig is not { } make)
        {
            return null;
        }

        var file = Path.Combine(_folder, "kubeconfig");
        File.WriteAllText(file, make(Namespace, account));
        return file;
    }
}
