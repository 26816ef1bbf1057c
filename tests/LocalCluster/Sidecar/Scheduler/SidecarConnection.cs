using System.Collections.Concurrent;
using LocalCluster.Sidecar.Scheduler.Protocol;

namespace LocalCluster.Sidecar.Scheduler;

/// <summary>One connected sidecar.</summary>
internal sealed class SidecarConnection
{
    private readonly MessageStream _stream;
    private readonly JobTable _jobs;
    private readonly Watchers _watchers;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<FiringResult>> _firings = new();
    private long _lastFiring;

    private SidecarConnection(MessageStream stream, SchedulerMessage hello, JobTable jobs, Watchers watchers)
    {
        _stream = stream;
        _jobs = jobs;
        _watchers = watchers;
        Namespace = hello.Namespace ?? "";
        AppId = hello.AppId ?? "";
    }

    public string Namespace { get; }

    public string AppId { get; }

    /// <summary>Serves the connection until it ends.</summary>
    public static async Task ServeAsync(MessageStream stream, JobTable jobs, Watchers watchers, CancellationToken stop)
    {
        if (await stream.ReadAsync(stop) is not { Kind: MessageKind.Hello } hello)
        {
            return;
        }

        var connection = new SidecarConnection(stream, hello, jobs, watchers);
        try
        {
            while (await stream.ReadAsync(stop) is { } message)
            {
                await connection.HandleAsync(message);
            }
        }
        finally
        {
            watchers.Set(connection, on: false);
            foreach (var firing in connection._firings.Values)
            {
                firing.TrySetResult(FiringResult.Undelivered);
            }
        }
    }

    /// <summary>Sends one firing and waits for the app's answer, however long it takes.</summary>
    public async Task<FiringResult> FireAsync(string name, string? data, CancellationToken cancellation)
    {
        var id = Interlocked.Increment(ref _lastFiring);
        var result = _firings[id] = new TaskCompletionSource<FiringResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            if (!await _stream.WriteAsync(new SchedulerMessage(MessageKind.Fire) { Id = id, Name = name, Data = data }, cancellation))
            {
                _watchers.Set(this, on: false);
                return FiringResult.Undelivered;
            }

            return await result.Task.WaitAsync(cancellation);
        }
        finally
        {
            _firings.TryRemove(id, out _);
        }
    }

    private async Task HandleAsync(SchedulerMessage message)
    {
        var key = new JobKey(Namespace, AppId, message.Name ?? "");
        switch (message.Kind)
        {
            case MessageKind.Watch:
                _watchers.Set(this, message.On);
                break;
            case MessageKind.Result:
                if (_firings.TryGetValue(message.Id, out var firing))
                {
                    firing.TrySetResult(message.On ? FiringResult.Taken : FiringResult.Failed);
                }

                break;
            case MessageKind.Schedule when message.Job is { } definition:
                await _stream.WriteAsync(_jobs.Schedule(key, definition, message.Overwrite) with { Id = message.Id });
                break;
            case MessageKind.Get:
                await _stream.WriteAsync(_jobs.Get(key) with { Id = message.Id });
                break;
            case MessageKind.Delete:
                await _stream.WriteAsync(_jobs.Delete(key) with { Id = message.Id });
                break;
        }
    }
}
