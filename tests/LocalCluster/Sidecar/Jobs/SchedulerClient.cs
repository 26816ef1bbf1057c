using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using LocalCluster.Sidecar.CommandLine;
using LocalCluster.Sidecar.Scheduler.Protocol;

namespace LocalCluster.Sidecar.Jobs;

/// <summary>The sidecar's connection to the scheduler: calls of the app one way, firings the other. It reconnects by itself.</summary>
internal sealed class SchedulerClient : IAsyncDisposable
{
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(200);

    private readonly DaprdOptions _options;
    private readonly string _host;
    private readonly int _port;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Func<SchedulerMessage, Task<bool>> _fire;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<SchedulerMessage>> _calls = new();
    private readonly ConcurrentDictionary<long, Task> _firings = new();
    private readonly SemaphoreSlim _telling = new(1);
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource<MessageStream> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private bool _watching;
    private long _lastCall;
    private long _lastFiring;

    /// <param name="options">App-id, namespace and the scheduler's address.</param>
    /// <param name="fire">Calls the app; true when the firing is done with.</param>
    /// <param name="time">Clock.</param>
    /// <param name="log">Log.</param>
    public SchedulerClient(DaprdOptions options, Func<SchedulerMessage, Task<bool>> fire, TimeProvider time, ILogger log)
    {
        _options = options;
        _fire = fire;
        _time = time;
        _log = log;
        Address = options.SchedulerAddress!;
        var colon = Address.LastIndexOf(':');
        _host = colon < 0 ? Address : Address[..colon];
        _port = colon < 0 ? 50006 : int.Parse(Address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    public string Address { get; }

    public bool IsConnected
    {
        get
        {
            lock (_gate)
            {
                return _connected.Task.IsCompletedSuccessfully;
            }
        }
    }

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Takes firings, or not: an unhealthy app gets none.</summary>
    public async Task WatchAsync(bool on)
    {
        Task<MessageStream> connected;
        lock (_gate)
        {
            _watching = on;
            connected = _connected.Task;
        }

        if (connected.IsCompletedSuccessfully)
        {
            await TellAsync(await connected);
        }
    }

    /// <summary>Calls the scheduler, waiting for it to be there.</summary>
    /// <exception cref="TimeoutException">It was not there, or did not answer, within <paramref name="limit"/>.</exception>
    public async Task<SchedulerMessage> CallAsync(SchedulerMessage call, TimeSpan limit, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        var id = Interlocked.Increment(ref _lastCall);
        try
        {
            while (true)
            {
                Task<MessageStream> connected;
                lock (_gate)
                {
                    connected = _connected.Task;
                }

                var stream = await connected.WaitAsync(deadline.Token);
                var answer = _calls[id] = new TaskCompletionSource<SchedulerMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
                if (await stream.WriteAsync(call with { Id = id }, deadline.Token) && await answer.Task.WaitAsync(deadline.Token) is { Kind: MessageKind.Answer } message)
                {
                    return message;
                }

                await Task.Delay(ReconnectPause, _time, deadline.Token);
            }
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException("the scheduler does not answer", late);
        }
        finally
        {
            _calls.TryRemove(id, out _);
        }
    }

    /// <summary>Completes when the firings in hand have been answered.</summary>
    public Task IdleAsync() => Task.WhenAll(_firings.Values);

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _running;
    }

    private async Task RunAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(_host, _port, _closed.Token);
                await using var stream = new MessageStream(socket);
                await ServeAsync(stream);
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException)
            {
                socket.Dispose();
            }

            await Task.Delay(ReconnectPause, _time, _closed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(MessageStream stream)
    {
        await stream.WriteAsync(new SchedulerMessage(MessageKind.Hello) { AppId = _options.AppId, Namespace = _options.Namespace });
        lock (_gate)
        {
            _connected.TrySetResult(stream);
        }

        JobWatchLog.Connected(_log, Address);
        await TellAsync(stream);
        try
        {
            while (await stream.ReadAsync(_closed.Token) is { } message)
            {
                if (message.Kind == MessageKind.Fire)
                {
                    Fire(stream, message);
                }
                else if (_calls.TryGetValue(message.Id, out var call))
                {
                    call.TrySetResult(message);
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _connected = new TaskCompletionSource<MessageStream>(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            // Calls in hand are sent again to the next connection.
            foreach (var call in _calls.Values)
            {
                call.TrySetResult(new SchedulerMessage(MessageKind.Hello));
            }

            JobWatchLog.Disconnected(_log, Address);
        }
    }

    /// <summary>
    /// Tells the scheduler whether the app takes firings: what holds at the moment of writing. A change that comes while a connection
    /// is made is told by both sides of it; the later of the two lines must not be the older state.
    /// </summary>
    private async Task TellAsync(MessageStream stream)
    {
        await _telling.WaitAsync();
        try
        {
            bool watching;
            lock (_gate)
            {
                watching = _watching;
            }

            await stream.WriteAsync(new SchedulerMessage(MessageKind.Watch) { On = watching });
        }
        finally
        {
            _telling.Release();
        }
    }

    /// <summary>Keeps account of it under a number of its own: a scheduler that was started again counts from 1.</summary>
    private void Fire(MessageStream stream, SchedulerMessage firing)
    {
        var number = ++_lastFiring;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _firings[number] = done.Task;
        _ = FireAsync();

        async Task FireAsync()
        {
            await Task.Yield();
            try
            {
                var taken = await _fire(firing);
                await stream.WriteAsync(new SchedulerMessage(MessageKind.Result) { Id = firing.Id, On = taken });
            }
            finally
            {
                _firings.TryRemove(number, out _);
                done.SetResult();
            }
        }
    }
}
