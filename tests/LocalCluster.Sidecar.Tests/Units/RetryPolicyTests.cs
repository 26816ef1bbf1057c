using LocalCluster.Sidecar.Delivery;
using LocalCluster.Sidecar.Resources;

namespace LocalCluster.Sidecar.Tests.Units;

public sealed class RetryPolicyTests
{
    [Fact]
    public void Without_a_policy_there_is_one_attempt() => Assert.Null(RetryPolicy.None.PauseAfter(1, 0));

    [Fact]
    public void A_constant_policy_gives_up_after_its_retries_and_minus_one_never_does()
    {
        var three = Policy(exponential: false, maxRetries: 3);
        Assert.Equal(TimeSpan.FromSeconds(5), three.PauseAfter(3, 0));
        Assert.Null(three.PauseAfter(4, 0));
        Assert.NotNull(Policy(exponential: false, maxRetries: -1).PauseAfter(100_000, 0));
    }

    [Fact]
    public void An_exponential_policy_grows_to_its_longest_pause()
    {
        var policy = Policy(exponential: true, maxRetries: -1);
        Assert.Equal(TimeSpan.FromMilliseconds(500), policy.PauseAfter(1, 0.5));
        Assert.Equal(TimeSpan.FromMilliseconds(750), policy.PauseAfter(2, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(10), policy.PauseAfter(1000, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(5), policy.PauseAfter(1000, 0));
    }

    private static RetryPolicy Policy(bool exponential, int maxRetries) =>
        new(new PolicySpec(null, new RetryPolicySpec(exponential, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), maxRetries)));
}
