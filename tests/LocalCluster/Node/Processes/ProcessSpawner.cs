using System.Collections.Concurrent;
using System.Diagnostics;

namespace LocalCluster.Node.Processes;

/// <summary>
/// Starts processes that can't outlive this one: <c>setpriv --pdeathsig KILL</c> has the kernel kill them when their parent goes, even by
/// kill -9. The kernel means the parent <i>thread</i>, so all are forked by one thread that lives as long as this object. Each
/// is the leader of a session and process group of its own, which is killed as a whole.
/// </summary>
internal sealed class ProcessSpawner : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly PidFiles _pids;
    private readonly Thread _thread;

    public ProcessSpawner(PidFiles pids)
    {
        _pids = pids;
        _thread = new Thread(Work) { IsBackground = true, Name = "process-spawner" };
        _thread.Start();
    }

    /// <summary>Starts a process whose standard input is empty and whose outputs can be read.</summary>
    public Task<SpawnedProcess> StartAsync(ProcessSpec spec)
    {
        var result = new TaskCompletionSource<SpawnedProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                result.SetResult(Start(spec));
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        });
        return result.Task;
    }

    /// <summary>Ends the thread, and with it every process still running.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Work()
    {
        foreach (var action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }

    private SpawnedProcess Start(ProcessSpec spec)
    {
        var start = new ProcessStartInfo("setpriv")
        {
            WorkingDirectory = spec.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (IEnumerable<string>)["--pdeathsig", "KILL", "setsid", .. spec.Command])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("setpriv did not start");
        _pids.Write(process.Id);
        process.StandardInput.Close();
        return new SpawnedProcess(process, _pids);
    }
}
