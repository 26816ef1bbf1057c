namespace LocalCluster.Node;

/// <summary>Settings of the node.</summary>
public sealed record NodeOptions
{
    /// <summary>Second byte of the cluster's block <c>127.n.0.0/16</c>; pods get <c>127.n.1.1</c> … <c>127.n.199.254</c>.</summary>
    public required byte Block { get; init; }

    /// <summary>Folder for working directories, logs, pid files and the sidecars' resources. Made when it is missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Image name without tag or digest → the program it stands for.</summary>
    public required IReadOnlyDictionary<string, ImageProgram> Images { get; init; }

    /// <summary>Settings of the sidecars; null: pods that ask for one are refused nothing and get none, as without an injector.</summary>
    public SidecarOptions? Sidecar { get; init; }

    /// <summary>
    /// Content of the kubeconfig file for a pod, by namespace and ServiceAccount name. Pods with a ServiceAccount other than
    /// <c>default</c> get it as <c>KUBECONFIG</c>; null: they don't.
    /// </summary>
    public Func<string, string, string>? Kubeconfig { get; init; }

    /// <summary>Name of the Node object.</summary>
    public string NodeName { get; init; } = "local";

    /// <summary>Wait before the second restart of a container; doubles from there (10 s in Kubernetes). The first restart is at once.</summary>
    public TimeSpan RestartBackOff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between restarts (5 min in Kubernetes).</summary>
    public TimeSpan RestartBackOffCap { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A container that ran this long starts its back-off anew.</summary>
    public TimeSpan RestartBackOffReset { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How often a probe that has not succeeded since the container started is repeated within its period, so that a pod is
    /// ready as soon as its process is. Failures are still counted per period.
    /// </summary>
    public TimeSpan FirstProbeInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long <see cref="NodeHost.StopAsync"/> waits for processes after SIGTERM before it kills them.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Keep a pod's folder (logs) after the pod is gone.</summary>
    public bool KeepPodFolders { get; init; }

    /// <summary>The host's address as pods see it.</summary>
    internal string HostAddress => $"127.{Block}.0.1";
}

/// <summary>What an image stands for: a command line, to which the container's command and args are appended, and variables of its own.</summary>
public sealed record ImageProgram(params IReadOnlyList<string> Command)
{
    /// <summary>Variables that the image sets; the container's own win.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>Settings of sidecar injection.</summary>
public sealed record SidecarOptions
{
    /// <summary>The program: <c>dotnet LocalCluster.Sidecar.dll</c> or the path of a real <c>daprd</c>.</summary>
    public required ImageProgram Program { get; init; }

    /// <summary><c>host:port</c> of the job scheduler; null: none.</summary>
    public string? SchedulerAddress { get; init; }

    /// <summary>Image name of the injected container.</summary>
    public string Image { get; init; } = "local/daprd:latest";
}
