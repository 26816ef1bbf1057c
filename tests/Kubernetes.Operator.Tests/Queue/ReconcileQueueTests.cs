using Kubernetes.Operator.Queue;
using Kubernetes.Operator.Tests.Support;

namespace Kubernetes.Operator.Tests.Queue;

public sealed class ReconcileQueueTests : IDisposable
{
    private static readonly FailureBackoff Backoff = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1000));

    private readonly ManualTime _time = new();
    private readonly ReconcileQueue<string> _queue;

    public ReconcileQueueTests() => _queue = new ReconcileQueue<string>(_time, Backoff);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_key_waits_at_most_once()
    {
        _queue.Add("a");
        _queue.Add("a");
        Assert.Equal("a", await TakeAsync());
        _queue.Done("a");
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    public async Task A_key_added_during_its_work_is_handed_out_once_more_after_it()
    {
        _queue.Add("a");
        await TakeAsync();
        _queue.Add("a");
        _queue.Add("a");
        Assert.Equal(0, _queue.Depth);
        _queue.Done("a");
        Assert.Equal("a", await TakeAsync());
        _queue.Done("a");
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    public async Task A_fresh_change_goes_before_a_resync_and_raises_a_waiting_key()
    {
        _queue.Add("old", QueuePriority.Low);
        _queue.Add("older", QueuePriority.Low);
        _queue.Add("fresh");
        _queue.Add("older");
        Assert.Equal(["fresh", "older", "old"], [await TakeAsync(), await TakeAsync(), await TakeAsync()]);
    }

    [Fact]
    public async Task A_waiting_taker_is_woken_at_once()
    {
        var taking = TakeAsync();
        Assert.False(taking.IsCompleted);
        _queue.Add("a");
        Assert.Equal("a", await taking);
    }

    [Fact]
    public async Task Of_several_times_the_earliest_counts()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(10));
        _queue.AddAfter("a", TimeSpan.FromSeconds(5));
        _queue.AddAfter("a", TimeSpan.FromSeconds(20));
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(0, _queue.Depth);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("a", await TakeAsync());
        _queue.Done("a");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    public async Task A_time_that_comes_during_the_work_counts_after_it()
    {
        _queue.Add("a");
        await TakeAsync();
        _queue.AddAfter("a", TimeSpan.FromSeconds(1));
        _queue.Done("a");
        Assert.Equal(0, _queue.Depth);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _queue.Depth);
    }

    [Fact]
    public void Failures_in_a_row_double_the_pause_and_success_starts_over()
    {
        Assert.Equal([5, 10, 20], new[] { _queue.AddRateLimited("a"), _queue.AddRateLimited("a"), _queue.AddRateLimited("a") }.Select(p => p.TotalMilliseconds));
        _queue.Forget("a");
        Assert.Equal(5, _queue.AddRateLimited("a").TotalMilliseconds);
        Assert.Equal(TimeSpan.FromSeconds(1000), Backoff.After(1000));
    }

    [Fact]
    public async Task After_the_end_takers_are_released()
    {
        var taking = _queue.TakeAsync(CancellationToken.None).AsTask();
        _queue.ShutDown();
        Assert.False((await taking).Taken);
    }

    private async Task<string> TakeAsync() => (await _queue.TakeAsync(TestContext.Current.CancellationToken)).Key;
}
