using Kubernetes.Client.Models;
using Kubernetes.Operator.Events;
using Kubernetes.Operator.Tests.Support;

namespace Kubernetes.Operator.Tests.Events;

public sealed class EventCorrelatorTests
{
    private readonly ManualTime _time = new();
    private readonly EventCorrelator _correlator;

    public EventCorrelatorTests() => _correlator = new EventCorrelator(_time);

    [Fact]
    public void The_same_again_is_counted_in_a_series()
    {
        var first = Assert.IsType<EventDecision.Create>(Decide("a"));
        _time.Advance(TimeSpan.FromMinutes(5));
        var second = Assert.IsType<EventDecision.Repeat>(Decide("a"));
        Assert.Equal((first.Name, 2), (second.Name, second.Count));
    }

    [Fact]
    public void After_six_quiet_minutes_it_is_new()
    {
        Decide("a");
        _time.Advance(EventCorrelator.SeriesLifetime + TimeSpan.FromSeconds(1));
        Assert.IsType<EventDecision.Create>(Decide("a"));
    }

    [Fact]
    public void Another_note_is_another_event_until_there_are_too_many()
    {
        for (var i = 0; i < EventCorrelator.MaxSimilar; i++)
        {
            Assert.IsType<EventDecision.Create>(Decide($"note {i}"));
        }

        Assert.IsType<EventDecision.Create>(Decide("one more"));
        Assert.IsType<EventDecision.Repeat>(Decide("and another"));
    }

    [Fact]
    public void An_object_has_a_budget_that_fills_up_slowly_and_others_are_not_touched()
    {
        var decisions = Enumerable.Range(0, EventCorrelator.Burst + 5).Select(_ => Decide("a")).ToList();
        Assert.Equal(5, decisions.Count(d => d is EventDecision.Drop));
        Assert.IsType<EventDecision.Create>(Decide("a", uid: "other"));
        _time.Advance(EventCorrelator.TokenPeriod);
        var repeat = Assert.IsType<EventDecision.Repeat>(Decide("a"));
        Assert.Equal(EventCorrelator.Burst + 6, repeat.Count);
        Assert.IsType<EventDecision.Drop>(Decide("a"));
    }

    [Fact]
    public void A_series_whose_event_is_lost_begins_anew()
    {
        var first = Assert.IsType<EventDecision.Create>(Decide("a"));
        _correlator.Lost(first.Name);
        Assert.IsType<EventDecision.Create>(Decide("a"));
    }

    private EventDecision Decide(string note, string uid = "u") => _correlator.Decide(
        new EventReport(new V1ObjectReference { Name = "o", NamespaceProperty = "ns", Uid = uid }, EventType.Normal, "Reason", note, "Action"));
}
