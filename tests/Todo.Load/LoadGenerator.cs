using Todo.Load.Generating;
using Todo.Load.Journaling;

namespace Todo.Load;

/// <summary>
/// A steady load of task operations over HTTP, as users would cause it. Requests are started by the clock, not by earlier answers; none is sent
/// again unless <see cref="LoadOptions.RepeatFor"/> asks for it. Each answer is in the journal before it is counted.
/// </summary>
public sealed class LoadGenerator : IAsyncDisposable
{
    private const int MostUnderWay = 512;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private readonly LoadOptions _options;
    private readonly TimeProvider _time;
    private readonly BackendClient _backend;
    private readonly Journal _journal;
    private readonly Requester _requester;
    private readonly Counters _counters;
    private readonly SemaphoreSlim _places = new(MostUnderWay);
    private readonly CancellationTokenSource _stop = new();
    private LoadMark _start;
    private Task _running = Task.CompletedTask;
    private int _underWay;
    private Exception? _broken;

    /// <summary>Opens the journal; nothing is sent before <see cref="Start"/>.</summary>
    /// <exception cref="IOException">The journal cannot be written.</exception>
    public LoadGenerator(LoadOptions options, TimeProvider? time = null)
    {
        _options = options;
        _time = time ?? TimeProvider.System;
        _journal = new Journal(options.Journal);
        _backend = new BackendClient(options, _time);
        _requester = new Requester(options, _backend, _journal, _time);
        _counters = new Counters(_time);
        _start = _counters.Mark();
    }

    /// <summary>Requests sent and not answered yet.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Whether it was stopped, or ended by itself because the journal could not be written: <see cref="StopAsync"/> says which.</summary>
    public bool HasEnded => _stop.IsCancellationRequested;

    /// <summary>Begins, once.</summary>
    public void Start()
    {
        _start = _counters.Mark();
        _running = RunAsync();
    }

    /// <summary>Sends nothing more, and waits for the answers that are outstanding.</summary>
    /// <exception cref="IOException">The load had ended by itself, because the journal could not be written.</exception>
    public async Task StopAsync()
    {
        await DrainAsync();
        if (_broken is { } reason)
        {
            throw new IOException($"The load ended by itself: {reason.Message}", reason);
        }
    }

    /// <summary>A moment to count from.</summary>
    public LoadMark Mark() => _counters.Mark();

    /// <summary>What happened since the start, or since a mark.</summary>
    public LoadSnapshot Snapshot(LoadMark? since = null) => _counters.Since(since ?? _start);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DrainAsync();
        _backend.Dispose();
        _journal.Dispose();
        _places.Dispose();
        _stop.Dispose();
    }

    private async Task DrainAsync()
    {
        await _stop.CancelAsync();
        await _running;
        for (var i = 0; i < MostUnderWay; i++)
        {
            await _places.WaitAsync();
        }

        _places.Release(MostUnderWay);
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Tick, _time);
        var start = _time.GetTimestamp();
        long sent = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                for (var due = (long)(_time.GetElapsedTime(start).TotalSeconds * _options.Rate); sent < due; sent++)
                {
                    // The time a request waits for a place counts: a backend that is too slow must look slow.
                    var started = _time.GetTimestamp();
                    await _places.WaitAsync(_stop.Token);
                    _ = SendAsync(started);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task SendAsync(long started)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            _counters.Count(await _requester.RequestAsync(started));
        }
        catch (Exception unexpected)
        {
            // Load without a journal proves nothing.
            _broken ??= unexpected;
            await _stop.CancelAsync();
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
            _places.Release();
        }
    }
}
