using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Operator.Queue;
using Kubernetes.Operator.Tests.Support;

namespace Kubernetes.Operator.Tests.Queue;

/// <summary>What holds after any sequence of operations, checked against the obvious definition.</summary>
public sealed class ReconcileQueueLaws
{
    private static Config Few => Laws.FromFixedSeed(300).WithEndSize(80);

    private static Config Many => Laws.FromAnySeed(20_000).WithEndSize(80);

    private enum Kind
    {
        Add,
        AddLow,
        AddAfter,
        Fail,
        Take,
        Done,
        Wait,
    }

    [Fact]
    public void No_key_is_handed_out_twice_at_once_and_none_is_dropped() => NoneTwiceNoneDropped(Few);

    [Fact(Explicit = true)]
    public void None_is_from_any_seed() => NoneTwiceNoneDropped(Many);

    [Fact]
    public void Ready_keys_come_by_priority_then_by_arrival() => InOrder(Few);

    [Fact(Explicit = true)]
    public void They_do_so_from_any_seed() => InOrder(Many);

    private static void NoneTwiceNoneDropped(Config config) => Check.One(config, Prop.ForAll(Operations(), operations =>
    {
        var time = new ManualTime();
        using var queue = new ReconcileQueue<int>(time, new FailureBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)));
        var owed = new HashSet<int>();
        var working = new HashSet<int>();
        foreach (var (kind, key, seconds) in operations)
        {
            Apply(queue, time, kind, key, seconds, owed, working);
        }

        // Whatever was added and not handed out since must still come, and nothing else, when the work ends and time passes.
        foreach (var key in working)
        {
            queue.Done(key);
        }

        time.Advance(TimeSpan.FromHours(1));
        var rest = new HashSet<int>();
        while (TryTake(queue) is { } key)
        {
            Assert.True(rest.Add(key), "handed out twice");
        }

        Assert.Equal(owed.Order(), rest.Order());
    }));

    private static void InOrder(Config config) => Check.One(config, Prop.ForAll(
        Gen.Choose(0, 20).Two().ListOf().ToArbitrary(),
        additions =>
        {
            using var queue = new ReconcileQueue<int>(new ManualTime(), new FailureBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)));
            var model = new List<(int Key, int Priority)>();
            foreach (var (key, priority) in additions)
            {
                queue.Add(key, priority);
                var at = model.FindIndex(m => m.Key == key);
                if (at < 0 || model[at].Priority < priority)
                {
                    model.RemoveAll(m => m.Key == key);
                    model.Add((key, priority));
                }
            }

            var taken = new List<int>();
            while (TryTake(queue) is { } key)
            {
                taken.Add(key);
            }

            Assert.Equal(model.OrderByDescending(m => m.Priority).Select(m => m.Key), taken);
        }));

    private static void Apply(
        ReconcileQueue<int> queue, ManualTime time, Kind kind, int key, int seconds, HashSet<int> owed, HashSet<int> working)
    {
        switch (kind)
        {
            case Kind.Add or Kind.AddLow:
                queue.Add(key, kind == Kind.Add ? QueuePriority.Normal : QueuePriority.Low);
                owed.Add(key);
                break;
            case Kind.AddAfter:
                queue.AddAfter(key, TimeSpan.FromSeconds(seconds));
                owed.Add(key);
                break;
            case Kind.Fail:
                queue.AddRateLimited(key);
                owed.Add(key);
                break;
            case Kind.Take when TryTake(queue) is { } taken:
                Assert.True(working.Add(taken), "handed out while being worked on");
                Assert.True(owed.Remove(taken), "handed out without having been added");
                break;
            case Kind.Done when working.Count > 0:
                var done = working.First();
                working.Remove(done);
                queue.Done(done);
                break;
            case Kind.Wait:
                time.Advance(TimeSpan.FromSeconds(seconds));
                break;
        }
    }

    private static int? TryTake(ReconcileQueue<int> queue)
    {
        if (queue.Depth == 0)
        {
            return null;
        }

        var taking = queue.TakeAsync(CancellationToken.None).AsTask();
        Assert.True(taking.IsCompleted, "a ready key is not handed out");
        return taking.Result.Key;
    }

    private static Arbitrary<IList<(Kind, int, int)>> Operations() =>
        (from kind in Gen.Elements(Enum.GetValues<Kind>())
         from key in Gen.Choose(0, 4)
         from seconds in Gen.Choose(1, 30)
         select (kind, key, seconds)).ListOf().Select(l => (IList<(Kind, int, int)>)[.. l]).ToArbitrary();
}
