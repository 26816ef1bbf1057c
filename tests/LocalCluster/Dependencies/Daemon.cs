using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LocalCluster.Dependencies;

/// <summary>
/// A server process of the cluster: started, awaited until it accepts connections, stopped with a signal. It dies with this
/// process, however this one ends.
/// </summary>
public sealed class Daemon : IAsyncDisposable
{
    private const int SigKill = 9;
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(8);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly ConcurrentQueue<string> _lastLines = new();
    private readonly int _stopSignal;
    private int _disposed;

    private Daemon(DaemonSpec spec, Process process)
    {
        Spec = spec;
        _process = process;
        _stopSignal = spec.StopSignal;
        _log = new StreamWriter(spec.LogFile, append: true) { AutoFlush = true };
        process.OutputDataReceived += (_, e) => Write(e.Data);
        process.ErrorDataReceived += (_, e) => Write(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public DaemonSpec Spec { get; }

    public int ProcessId => _process.Id;

    /// <summary>Starts and waits until every endpoint accepts a connection.</summary>
    /// <exception cref="ClusterException">The program ended, or does not listen in time; the message carries its last words.</exception>
    public static async Task<Daemon> StartAsync(DaemonSpec spec, CancellationToken cancellationToken)
    {
        // pdeathsig is tied to the thread that forks: it must be one that lives as long as this process.
        var process = await ForkThread.RunAsync(() => Start(spec));
        var daemon = new Daemon(spec, process);
        try
        {
            await daemon.WaitUntilReadyAsync(cancellationToken);
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9, for tests.</summary>
    public void Kill() => _ = SendSignal(_process.Id, SigKill);

    /// <summary>Any signal, for tests (SIGSTOP 19, SIGCONT 18).</summary>
    public void Signal(int signal) => _ = SendSignal(_process.Id, signal);

    /// <summary>Waits until it has ended, of itself or by a signal; for tests.</summary>
    /// <returns>Exit code; 128 + the signal that ended it.</returns>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (!_process.HasExited)
        {
            _ = SendSignal(_process.Id, _stopSignal);
            using var deadline = new CancellationTokenSource(StopDeadline);
            try
            {
                await _process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                _ = SendSignal(_process.Id, SigKill);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
        await _log.DisposeAsync();
    }

    private static Process Start(DaemonSpec spec)
    {
        var start = new ProcessStartInfo(spec.Wrapper.Count > 0 ? spec.Wrapper[0] : "setpriv")
        {
            WorkingDirectory = spec.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in spec.Wrapper.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        // Inside the wrapper: a new user namespace would clear the signal set outside it.
        if (spec.Wrapper.Count > 0)
        {
            start.ArgumentList.Add("setpriv");
        }

        foreach (var argument in new[] { "--pdeathsig", "KILL", "--", spec.Program }.Concat(spec.Arguments))
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new ClusterException($"{spec.Name} could not be started ({spec.Program}).");
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Spec.StartDeadline);
        foreach (var endpoint in Spec.Endpoints)
        {
            await WaitUntilAsync(() => AcceptsAsync(endpoint, deadline.Token), $"does not listen on {endpoint}", deadline.Token, cancellationToken);
        }

        await WaitUntilAsync(() => Task.FromResult(Spec.IsReady()), "is not ready", deadline.Token, cancellationToken);
    }

    private async Task WaitUntilAsync(Func<Task<bool>> isTrue, string otherwise, CancellationToken deadline, CancellationToken cancellationToken)
    {
        while (!await isTrue())
        {
            if (_process.HasExited || deadline.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var how = _process.HasExited
                    ? string.Create(CultureInfo.InvariantCulture, $"ended with {_process.ExitCode}")
                    : string.Create(CultureInfo.InvariantCulture, $"{otherwise} after {Spec.StartDeadline.TotalSeconds:0} s");
                throw new ClusterException($"{Spec.Name} {how}. Log: {Spec.LogFile}{Environment.NewLine}{string.Join(Environment.NewLine, _lastLines)}");
            }

            await Task.Delay(25, CancellationToken.None);
        }
    }

    private static async Task<bool> AcceptsAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private void Write(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > 12)
            {
                _lastLines.TryDequeue(out _);
            }

            if (_log.BaseStream.CanWrite)
            {
                _log.WriteLine(line);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}

/// <summary>What to start and how to know that it is there.</summary>
public sealed record DaemonSpec
{
    private const int SigTerm = 15;

    public required string Name { get; init; }

    public required string Program { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>A command that runs the program, e.g. in a user namespace; empty for none.</summary>
    public IReadOnlyList<string> Wrapper { get; init; } = [];

    /// <summary>Working directory.</summary>
    public required string Folder { get; init; }

    public required string LogFile { get; init; }

    public required IReadOnlyList<Endpoint> Endpoints { get; init; }

    /// <summary>Asked once it listens, for a program that listens before it can serve.</summary>
    public Func<bool> IsReady { get; init; } = static () => true;

    public TimeSpan StartDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Signal that asks for a clean end; SIGTERM unless the program wants another.</summary>
    public int StopSignal { get; init; } = SigTerm;
}
