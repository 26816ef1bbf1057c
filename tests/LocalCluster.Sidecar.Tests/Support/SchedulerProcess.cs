namespace LocalCluster.Sidecar.Tests.Support;

/// <summary>The job scheduler as a process that can be killed and started again on its data.</summary>
internal sealed class SchedulerProcess : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sidecar-jobs-").FullName;
    private ChildProcess _process;

    public SchedulerProcess()
    {
        Address = Brokers.NextAddress() + ":50006";
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

    private ChildProcess Launch() =>
        new(Path.Combine(AppContext.BaseDirectory, "LocalCluster.Sidecar"), ["scheduler", "--listen", Address, "--data", _folder]);
}
