using Kubernetes.Client.Models;
using Kubernetes.Operator.Leadership;

namespace Kubernetes.Operator.Tests.Leadership;

public sealed class LeaseDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, 15, 0, true)]
    [InlineData("", 15, 0, true)]
    [InlineData("me", 15, 0, true)]
    [InlineData("other", 15, 14.9, false)]
    [InlineData("other", 15, 15, true)]
    [InlineData("other", 60, 15, false)]
    [InlineData("other", null, 15, true)]
    public void A_lease_may_be_taken_when_it_is_free_ours_or_has_not_changed_for_its_duration(string? holder, int? seconds, double unchanged, bool expected)
    {
        var lease = new V1LeaseSpec { HolderIdentity = holder, LeaseDurationSeconds = seconds, RenewTime = Now.AddYears(1) };
        Assert.Equal(expected, LeaseDecision.MayTake(lease, "me", TimeSpan.FromSeconds(unchanged), TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public void Taking_counts_transitions_but_not_our_own_restart()
    {
        var other = new V1LeaseSpec { HolderIdentity = "other", LeaseTransitions = 4 };
        Assert.Equal(5, LeaseDecision.Taken(other, "me", TimeSpan.FromSeconds(15), Now).LeaseTransitions);
        var own = new V1LeaseSpec { HolderIdentity = "me", LeaseTransitions = 4, AcquireTime = Now.AddHours(-1) };
        var again = LeaseDecision.Taken(own, "me", TimeSpan.FromSeconds(15), Now);
        Assert.Equal((4, Now.AddHours(-1), Now), (again.LeaseTransitions, again.AcquireTime, again.RenewTime));
    }
}
