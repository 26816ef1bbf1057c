using System.Diagnostics;
using System.Globalization;

namespace Kubernetes.Operator.Tests.Running;

/// <summary>The gadget operator as a process of its own, so that what it takes is its own alone.</summary>
internal sealed class OperatorProcess : IDisposable
{
    private readonly Process _process;

    private OperatorProcess(string name, Process process) => (Name, _process) = (name, process);

    public string Name { get; }

    public bool HasEnded => _process.HasExited;

    public TimeSpan Age => DateTime.Now - _process.StartTime;

    /// <summary>Starts it.</summary>
    /// <param name="kubeconfig">The cluster.</param>
    /// <param name="name">Its name, also as a leader.</param>
    /// <param name="ns">Whose gadgets it looks after.</param>
    /// <param name="lease">The Lease that it takes; null: it leads without one.</param>
    public static OperatorProcess Start(string kubeconfig, string name, string ns, string? lease = null)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Kubernetes.SampleOperator"), [name, ns])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["KUBECONFIG"] = kubeconfig },
        };
        if (lease is not null)
        {
            start.ArgumentList.Add(lease);
        }

        return new OperatorProcess(name, Process.Start(start)!);
    }

    /// <summary>What it takes now: private memory as it stands, then the managed heap after a full collection.</summary>
    public async Task<MemoryUse> MeasureAsync()
    {
        var (anonymous, handles) = (PrivateMemory(), Handles());
        await _process.StandardInput.WriteLineAsync("collect");
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1));
        return new MemoryUse(long.Parse(line!, CultureInfo.InvariantCulture), anonymous, handles);
    }

    /// <summary>Memory that it shares with nobody and that no file backs, in bytes.</summary>
    public long PrivateMemory() => MemoryUse.PrivateOf(_process.Id);

    /// <summary>By SIGKILL: it gives nothing back and says nothing.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private int Handles() => Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;
}

/// <summary>What a process takes, in bytes, and how many files and sockets it has open.</summary>
internal sealed record MemoryUse(long Managed, long Private, int Handles)
{
    private const string Anonymous = "RssAnon:";

    /// <summary>Memory that a process shares with nobody and that no file backs, in bytes.</summary>
    public static long PrivateOf(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").Single(static l => l.StartsWith(Anonymous, StringComparison.Ordinal));
        return long.Parse(line[Anonymous.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Managed / 1e6:0.00} MB managed, {Private / 1e6:0.0} MB private, {Handles} handles");
}
