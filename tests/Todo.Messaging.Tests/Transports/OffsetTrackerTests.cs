using FsCheck;
using FsCheck.Fluent;
using Todo.Messaging.Transports.Kafka;

namespace Todo.Messaging.Tests.Transports;

public sealed class OffsetTrackerTests
{
    [Fact]
    public void The_position_is_below_everything_that_is_not_done()
    {
        var orders = Gen.Choose(1, 30).SelectMany(n => Gen.Shuffle(Enumerable.Range(0, n).Select(x => (long)x * 3 + 5).ToArray()));
        Prop.ForAll(orders.ToArbitrary(), order =>
        {
            var tracker = new OffsetTracker();
            var pending = new SortedSet<long>(order);
            foreach (var offset in pending)
            {
                tracker.Add(offset);
            }

            foreach (var offset in order)
            {
                tracker.Complete(offset);
                pending.Remove(offset);
                if (tracker.Position is { } position && pending.Count > 0 && position > pending.Min)
                {
                    return false;
                }

                if (tracker.InFlight != pending.Count)
                {
                    return false;
                }
            }

            return tracker.Position == order.Max() + 1;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Nothing_done_is_no_position()
    {
        var tracker = new OffsetTracker();
        tracker.Add(4);
        tracker.Add(5);
        Assert.False(tracker.Complete(5));
        Assert.Null(tracker.Position);
        Assert.True(tracker.Complete(4));
        Assert.Equal(6, tracker.Position);
    }
}
