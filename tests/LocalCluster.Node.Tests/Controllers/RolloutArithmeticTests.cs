using FsCheck;
using FsCheck.Fluent;
using LocalCluster.Controllers.Deployments;

namespace LocalCluster.Node.Tests.Controllers;

public sealed class RolloutArithmeticTests
{
    // Kubernetes: surge rounds up, unavailable rounds down, both zero becomes one unavailable.
    [Theory]
    [InlineData("25%", "25%", 1, 1, 0)]
    [InlineData("25%", "25%", 4, 1, 1)]
    [InlineData("25%", "25%", 10, 3, 2)]
    [InlineData("1%", "1%", 3, 1, 0)]
    [InlineData("0", "0", 3, 0, 1)]
    [InlineData("0%", "10%", 3, 0, 1)]
    [InlineData("2", "1", 3, 2, 1)]
    [InlineData(null, null, 8, 2, 2)]
    [InlineData("100%", "0", 5, 5, 0)]
    public void Percentages_round_as_in_kubernetes(string? maxSurge, string? maxUnavailable, int replicas, int surge, int unavailable) =>
        Assert.Equal(new RolloutBounds(surge, unavailable), RollingUpdate.Resolve(maxSurge, maxUnavailable, replicas));

    [Fact]
    public void More_than_there_are_cannot_be_unavailable() =>
        Assert.Equal(3, RollingUpdate.MaxUnavailable(new RolloutBounds(0, 10), replicas: 3));

    [Theory]
    [InlineData(10, 2, 0, 10, 2)] // room for the surge only
    [InlineData(10, 2, 2, 10, 2)] // surge used up
    [InlineData(10, 2, 5, 5, 7)]
    [InlineData(10, 2, 9, 0, 10)] // never beyond what is asked for
    [InlineData(3, 1, 5, 0, 3)] // scaled down meanwhile
    public void The_new_set_grows_into_the_surge(int desired, int surge, int newReplicas, int oldReplicas, int expected) =>
        Assert.Equal(expected, RollingUpdate.NewSetSize(desired, new RolloutBounds(surge, 0), new SetSize("new", newReplicas, 0), [new SetSize("old", oldReplicas, oldReplicas)]));

    [Fact]
    public void Old_pods_that_do_not_serve_go_first()
    {
        var sizes = RollingUpdate.OldSetSizes(10, new RolloutBounds(2, 2), new SetSize("new", 2, 0), [new SetSize("a", 4, 4), new SetSize("b", 6, 4)]);

        // 12 pods, 2 new ones not up, at least 8 must serve: 2 may go, and b has two that serve nobody.
        Assert.Equal([new("b", 4)], sizes);
    }

    [Fact]
    public void Nothing_old_goes_before_the_new_serves()
    {
        var sizes = RollingUpdate.OldSetSizes(1, new RolloutBounds(1, 0), new SetSize("new", 1, 0), [new SetSize("old", 1, 1)]);
        Assert.Empty(sizes);
        sizes = RollingUpdate.OldSetSizes(1, new RolloutBounds(1, 0), new SetSize("new", 1, 1), [new SetSize("old", 1, 1)]);
        Assert.Equal([new("old", 0)], sizes);
    }

    [Fact]
    public void Scaling_in_the_middle_of_a_rollout_is_spread_in_proportion()
    {
        // The documented example: 10 replicas, surge 3, unavailable 2: sets of 8 and 5; scaling to 15 adds 3 and 2.
        var sizes = RollingUpdate.Proportional(15, new RolloutBounds(3, 2), 13, [new SetSize("old", 8, 8, 13), new SetSize("new", 5, 0, 13)]);
        Assert.Equal(11, sizes["old"]);
        Assert.Equal(7, sizes["new"]);
    }

    [Fact]
    public void A_rollout_step_never_breaks_its_bounds()
    {
        var rollouts =
            from desired in Gen.Choose(0, 20)
            from surge in Gen.Choose(0, 5)
            from unavailable in Gen.Choose(0, 5)
            from newReplicas in Gen.Choose(0, desired)
            from oldReplicas in Gen.Choose(0, Math.Max(0, desired + surge - newReplicas))
            from newAvailable in Gen.Choose(0, newReplicas)
            from oldAvailable in Gen.Choose(0, oldReplicas)
            select (Desired: desired, Bounds: RollingUpdate.Resolve($"{surge}", $"{unavailable}", desired),
                New: new SetSize("new", newReplicas, newAvailable), Old: new SetSize("old", oldReplicas, oldAvailable));

        Prop.ForAll(Arb.From(rollouts), r =>
        {
            var grown = RollingUpdate.NewSetSize(r.Desired, r.Bounds, r.New, [r.Old]);
            var left = RollingUpdate.OldSetSizes(r.Desired, r.Bounds, r.New, [r.Old]).GetValueOrDefault("old", r.Old.Replicas);
            var minAvailable = r.Desired - RollingUpdate.MaxUnavailable(r.Bounds, r.Desired);
            var servingBefore = r.New.Available + r.Old.Available;
            var servingAfter = r.New.Available + Math.Min(r.Old.Available, left);
            return grown >= r.New.Replicas && grown <= r.Desired && left >= 0 && left <= r.Old.Replicas
                && (grown == r.New.Replicas || grown + r.Old.Replicas <= r.Desired + r.Bounds.MaxSurge)
                && servingAfter >= Math.Min(servingBefore, minAvailable);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_rollout_whose_pods_come_up_ends()
    {
        var rollouts =
            from desired in Gen.Choose(1, 20)
            from surge in Gen.Choose(0, 5)
            from unavailable in Gen.Choose(0, 5)
            select (Desired: desired, Bounds: RollingUpdate.Resolve($"{surge}", $"{unavailable}", desired));

        Prop.ForAll(Arb.From(rollouts), r =>
        {
            var (created, old) = (0, r.Desired);
            for (var step = 0; step < 100 && (created, old) != (r.Desired, 0); step++)
            {
                var (before, oldBefore) = (created, old);
                created = RollingUpdate.NewSetSize(r.Desired, r.Bounds, new SetSize("new", created, created), [new SetSize("old", old, old)]);
                if (created == before)
                {
                    old = RollingUpdate.OldSetSizes(r.Desired, r.Bounds, new SetSize("new", created, created), [new SetSize("old", old, old)]).GetValueOrDefault("old", old);
                }

                if ((created, old) == (before, oldBefore))
                {
                    return false;
                }
            }

            return (created, old) == (r.Desired, 0);
        }).QuickCheckThrowOnFailure();
    }
}
