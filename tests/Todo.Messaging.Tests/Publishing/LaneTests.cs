using FsCheck;
using FsCheck.Fluent;
using Todo.Messaging.Publishing;

namespace Todo.Messaging.Tests.Publishing;

public sealed class LaneTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_keys_lane_is_one_of_sixteen_and_never_changes()
    {
        // Fixed values: another hash in a new version would let two pods send one key at the same time.
        Assert.Equal((5, 12, 3), ((int)Lanes.Of(""), (int)Lanes.Of("a"), (int)Lanes.Of("42")));
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), x => Lanes.Of(x.Get) is >= 0 and < Lanes.Count).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_failed_lane_is_given_up_for_a_while_that_doubles_up_to_a_limit()
    {
        var table = new LaneTable([0, 1]);
        table.Acquired([0, 1]);
        Assert.True(table.OwnsAll);

        table.Failed(0, Start);

        Assert.Equal([(short)1], table.Owned);
        Assert.Empty(table.Wanted(Start));
        Assert.Equal(LaneTable.FirstPause, table.NextWanted(Start));
        Assert.Equal([(short)0], table.Wanted(Start + LaneTable.FirstPause));
        Assert.Equal(LaneTable.FirstPause * 4, LaneTable.PauseAfter(3));
        Assert.Equal(LaneTable.LongestPause, LaneTable.PauseAfter(1000));
    }

    [Fact]
    public void What_was_sent_ends_the_memory_of_failures()
    {
        var table = new LaneTable([0]);
        table.Acquired([0]);
        table.Failed(0, Start);
        table.Acquired([0]);
        table.Sent(0);
        table.Failed(0, Start);

        Assert.Equal(LaneTable.FirstPause, table.NextWanted(Start));
    }
}
