using Kubernetes.Operator.Conditions;
using Kubernetes.Operator.Tests.Support;

namespace Kubernetes.Operator.Tests.Conditions;

public sealed class ConditionSetTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void The_transition_time_changes_only_with_the_status()
    {
        var first = new ConditionSet(null, 1, _time).Set("Ready", false, "Starting").ToList();
        var since = first[0].LastTransitionTime;
        _time.Advance(TimeSpan.FromMinutes(1));
        var second = new ConditionSet(first, 2, _time).Set("Ready", false, "Waiting", "for x").ToList();
        Assert.Equal((since, "Waiting", "for x", 2L), (second[0].LastTransitionTime, second[0].Reason, second[0].Message, second[0].ObservedGeneration));
        var third = new ConditionSet(second, 2, _time).Set("Ready", true, "Done").ToList();
        Assert.Equal(since!.Value.AddMinutes(1), third[0].LastTransitionTime);
    }

    [Fact]
    public void The_order_stays_and_missing_ones_are_unknown()
    {
        var conditions = new ConditionSet(null, 1, _time).Ensure("A").Ensure("B").Set("A", true, "Yes").Ensure("A").ToList();
        Assert.Equal([("A", "True"), ("B", "Unknown")], conditions.Select(c => (c.Type!, c.Status!)));
    }

    [Fact]
    public void A_condition_without_a_reason_is_refused() =>
        Assert.Throws<ArgumentException>(() => new ConditionSet(null, 1, _time).Set("A", true, ""));
}
