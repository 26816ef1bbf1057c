using Todo.Load;

namespace LocalCluster.Hosting.Todo;

/// <summary>One stretch of load with a journal of its own.</summary>
public sealed class LoadSession : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private readonly LoadGenerator _generator;

    internal LoadSession(LoadOptions options)
    {
        Options = options;
        _generator = new LoadGenerator(options);
        _generator.Start();
    }

    internal LoadOptions Options { get; }

    /// <summary>First part of the titles of all its tasks.</summary>
    public string Run => Options.Run;

    /// <summary>Since the start.</summary>
    public LoadSnapshot Total => _generator.Snapshot();

    /// <summary>A moment to count from.</summary>
    public LoadMark Mark() => _generator.Mark();

    public LoadSnapshot Since(LoadMark mark) => _generator.Snapshot(mark);

    /// <summary>Waits until so many operations have been acknowledged since the start.</summary>
    public async Task WaitForAcknowledgedAsync(long count, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(PollInterval);
        while (Total.Acknowledged < count && !_generator.HasEnded)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Sends nothing more and waits for outstanding answers.</summary>
    public Task StopAsync() => _generator.StopAsync();

    public ValueTask DisposeAsync() => _generator.DisposeAsync();
}
