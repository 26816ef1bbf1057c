using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LocalCluster.Node.Processes;

/// <summary>A running process and its group.</summary>
internal sealed class SpawnedProcess : IDisposable
{
    private readonly Process _process;
    private readonly PidFiles _pids;
    private readonly Lock _lock = new();
    private bool _ended;

    public SpawnedProcess(Process process, PidFiles pids)
    {
        _process = process;
        _pids = pids;
        Pid = process.Id;
        Exited = WaitAsync();
    }

    public int Pid { get; }

    /// <summary>Completes with the exit code; 128 + signal for one that was killed.</summary>
    public Task<int> Exited { get; }

    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Error => _process.StandardError.BaseStream;

    /// <summary>Sends SIGTERM to the process, or SIGKILL to its whole group. Does nothing after its end.</summary>
    public void Send(Signal signal)
    {
        lock (_lock)
        {
            // After the end the pid may be somebody else's.
            if (_ended)
            {
                return;
            }

            if (signal == Signal.Kill)
            {
                _ = kill(-Pid, (int)signal);
            }

            _ = kill(Pid, (int)signal);
        }
    }

    public void Dispose() => _process.Dispose();

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        lock (_lock)
        {
            _ended = true;
        }

        // A container's other processes end with its first.
        _ = kill(-Pid, (int)Signal.Kill);
        _pids.Remove(Pid);
        return _process.ExitCode;
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
