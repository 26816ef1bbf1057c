using System.Net;
using System.Net.Sockets;
using LocalCluster.Sidecar.CommandLine;
using LocalCluster.Sidecar.Jobs;
using LocalCluster.Sidecar.Scheduler.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalCluster.Sidecar.Tests.Units;

/// <summary>The sidecar's side of the scheduler connection, against a scheduler that comes and goes.</summary>
public sealed class SchedulerClientTests : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly TcpListener _scheduler = new(IPAddress.Loopback, 0);

    public SchedulerClientTests() => _scheduler.Start();

    [Fact]
    public async Task Of_a_change_that_meets_a_new_connection_the_scheduler_hears_the_newer_state_last()
    {
        // The client logs its connection between becoming reachable and telling the state: the change comes in there.
        using var log = new HaltingLog();
        await using var client = Client(_ => Task.FromResult(true), log);
        client.Start();
        await using var connection = await AcceptAsync();
        await log.Reached.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await client.WatchAsync(on: true);
        log.GoOn();

        Assert.True(await LastWordAsync(connection, wanted: true));
    }

    [Fact]
    public async Task The_end_waits_for_a_firing_whatever_another_connection_has_numbered_the_same()
    {
        var (first, second) = (new TaskCompletionSource<bool>(), new TaskCompletionSource<bool>());
        var calls = 0;
        await using var client = Client(_ => Interlocked.Increment(ref calls) == 1 ? first.Task : second.Task);
        client.Start();
        await using (var before = await AcceptAsync())
        {
            await before.WriteAsync(new SchedulerMessage(MessageKind.Fire) { Id = 1, Name = "a" });
            await UntilAsync(() => calls == 1);
        }

        await using var after = await AcceptAsync();
        await after.WriteAsync(new SchedulerMessage(MessageKind.Fire) { Id = 1, Name = "b" });
        await UntilAsync(() => calls == 2);
        second.SetResult(true);
        while (await after.ReadAsync(TestContext.Current.CancellationToken) is not { Kind: MessageKind.Result })
        {
            // Until the second one is answered.
        }

        var idle = client.IdleAsync();
        Assert.False(idle.IsCompleted);
        first.SetResult(true);
        await idle.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _scheduler.Dispose();

    private SchedulerClient Client(Func<SchedulerMessage, Task<bool>> fire, ILogger? log = null) => new(
        DaprdCommandLine.Parse(["--app-id", "a", "--scheduler-host-address", _scheduler.LocalEndpoint.ToString()!], _ => null),
        fire,
        new HurriedTime(),
        log ?? NullLogger.Instance);

    private async Task<MessageStream> AcceptAsync() => new(await _scheduler.AcceptSocketAsync(TestContext.Current.CancellationToken));

    /// <summary>The last state told, once nothing more comes; a state that is not yet the wanted one is waited for.</summary>
    private static async Task<bool?> LastWordAsync(MessageStream connection, bool wanted)
    {
        bool? last = null;
        var deadline = DateTime.UtcNow + Patience;
        var reading = connection.ReadAsync(TestContext.Current.CancellationToken);
        while (DateTime.UtcNow < deadline)
        {
            if (await Task.WhenAny(reading, Task.Delay(Quiet, TestContext.Current.CancellationToken)) == reading)
            {
                last = (await reading) is { Kind: MessageKind.Watch } told ? told.On : last;
                reading = connection.ReadAsync(TestContext.Current.CancellationToken);
            }
            else if (last == wanted)
            {
                break;
            }
        }

        return last;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var deadline = DateTime.UtcNow + Patience; !condition(); await Task.Delay(Quiet, TestContext.Current.CancellationToken))
        {
            Assert.True(DateTime.UtcNow < deadline, "not in time");
        }
    }

    /// <summary>Stops whoever logs first, until told to let go.</summary>
    private sealed class HaltingLog : ILogger, IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _goOn = new();

        public Task Reached => _reached.Task;

        public void GoOn() => _goOn.Set();

        public void Dispose() => _goOn.Dispose();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            _reached.TrySetResult();
            _goOn.Wait();
        }
    }

    /// <summary>Pauses are over at once.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : dueTime, period);
    }
}
