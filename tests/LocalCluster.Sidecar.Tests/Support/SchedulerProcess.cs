namespace LocalCluster.Sidecar.Tests.Support;

/// <summary>
/// The job scheduler as a process that can be killed and started again on its data. The real sidecar needs the real one:
/// <c>DAPR_SCHEDULER_PATH</c>.
/// </summary>
internal sealed class SchedulerProcess : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sidecar-jobs-").FullName;
    private readonly string _host = Brokers.NextAddress();
    private ChildProcess _process;

    public SchedulerProcess()
    {
        Address = $"{_host}:50006";
        _process = Launch();
    }

    public string Address { get; }

    public void KillNow() => _process.KillNow();

    public void Restart()
    {
        _process.Dispose();
        _process = Launch();
    }

    public void Dispose()
    {
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string? Real => Environment.GetEnvironmentVariable("DAPR_SCHEDULER_PATH");

    private ChildProcess Launch() => Real is { } program
        ? new(
            program,
            [
                "--listen-address", _host, "--override-broadcast-host-port", Address, "--healthz-port", "0", "--enable-metrics=false",
                "--id", "s", "--etcd-data-dir", _folder, "--etcd-initial-cluster", $"s=http://{_host}:2380",
                "--etcd-client-listen-address", _host, "--identity-directory-write", Path.Combine(_folder, "identity"),
            ])
        : new(Path.Combine(AppContext.BaseDirectory, "LocalCluster.Sidecar"), ["scheduler", "--listen", Address, "--data", _folder]);
}
