using Todo.Operator.Decisions;
using Todo.Operator.Decisions.Requests;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Decisions;

/// <summary>The four verdicts and what each leads to.</summary>
public sealed class AnalysisTests
{
    private static readonly Goal Kafka = Goal.Dapr(Broker.Kafka);
    private static readonly Goal Redis = Goal.Dapr(Broker.Redis);

    [Fact]
    public void Good_figures_let_the_next_publisher_go()
    {
        var decision = Engine.Decide(Half());
        Assert.Equal(ServiceId.RecurringTask, Assert.IsType<SetTemplate>(Assert.Single(decision.Actions)).Service);
        Assert.Equal(Verdict.Successful, decision.Memory.Analysis.Verdict);
    }

    [Fact]
    public void Too_few_events_hold_the_next_publisher_and_are_filled_up_over_the_target()
    {
        var decision = Engine.Decide(Half() with { Ledger = Known.Of(Snapshot.Ledger(7, 0, 10)) });
        var filler = Assert.IsType<SendFiller>(Assert.Single(decision.Actions));
        Assert.Equal((ServiceId.Backend, "todo-redis-backend", 13), (filler.Service, filler.Via, filler.Topics.Count));
        Assert.Equal(["task-events", "task-recurrence", "task-reminders"], filler.Topics.Distinct().Order());
        Assert.Contains("Not going on before there are figures: 7 events in 5 s are too few", decision.Message, StringComparison.Ordinal);

        // Only once per measurement.
        Assert.Empty(Engine.Decide(Half() with { Now = Snapshot.Start.AddSeconds(1), Memory = decision.Memory, Ledger = Known.Of(Snapshot.Ledger(7, 0, 10)) }).Actions);
    }

    [Fact]
    public void Nothing_is_measured_before_the_initial_delay_is_over_and_the_next_publisher_waits_for_it()
    {
        var options = new MoveOptions { Analysis = new AnalysisLimits { InitialDelay = TimeSpan.FromSeconds(40) } };
        var bad = Half() with { Options = options, Ledger = Known.Of(Snapshot.Ledger(50, 50, 10)) };
        var early = Engine.Decide(bad);
        Assert.Equal((Verdict.Pending, 0), (early.Memory.Analysis.Verdict, early.Memory.Analysis.Failures));
        Assert.Empty(early.Actions);

        // The newest pod has been ready for 30 s.
        Assert.Equal(1, Engine.Decide(bad with { Now = Snapshot.Start.AddSeconds(10) }).Memory.Analysis.Failures);
    }

    [Fact]
    public void Still_too_few_events_pause_and_say_what_to_do()
    {
        var limits = new AnalysisLimits { InconclusiveLimit = 3 };
        var quiet = Half() with { Options = new MoveOptions { Analysis = limits }, Ledger = Known.Of(Snapshot.Ledger(0, 0, 0)) };
        var memory = quiet.Memory;
        for (var i = 1; i < limits.InconclusiveLimit; i++)
        {
            var before = Engine.Decide(quiet with { Now = Snapshot.Start.AddSeconds(10 * i), Memory = memory });
            Assert.Equal((Phase.Swapping, i), (before.Phase, before.Memory.Analysis.Inconclusive));
            memory = before.Memory;
        }

        var paused = Engine.Decide(quiet with { Now = Snapshot.Start.AddSeconds(30), Memory = memory });
        Assert.Equal((Phase.Paused, Stage.Publishers), (paused.Phase, paused.Stage));
        Assert.Empty(paused.Actions);
        Assert.Contains("Paused since 2026-11-22T08:00:30Z", paused.Message, StringComparison.Ordinal);
        Assert.Contains("platform.todo.io/retry", paused.Message, StringComparison.Ordinal);
        Assert.Null(paused.Memory.Failure);

        // It stays so, whatever comes later, until somebody decides.
        var later = Engine.Decide(quiet with { Now = Snapshot.Start.AddHours(8), Memory = paused.Memory, Ledger = Known.Of(Snapshot.Ledger(100, 0, 10)) });
        Assert.Equal(paused, later);
    }

    [Theory]
    [InlineData("backend", Verdict.Failed)]
    [InlineData("notification-service", Verdict.Successful)]
    public void What_is_not_sent_speaks_against_the_target_only_where_it_is_published_to(string producer, Verdict expected)
    {
        // The backend has moved; the notification service still publishes to the old broker, which may be away.
        var memory = Half().Memory;
        for (var i = 0; i < 2; i++)
        {
            var ledger = Snapshot.Ledger(100, 0, 10) with { Held = 8, Unsent = new Dictionary<string, UnsentLedger> { [producer] = new(8, 20 + (10 * i)) } };
            memory = Engine.Decide(Half() with { Now = Snapshot.Start.AddSeconds(10 * i), Memory = memory, Ledger = Known.Of(ledger) }).Memory;
        }

        Assert.Equal(expected, memory.Analysis.Verdict);
        if (expected == Verdict.Failed)
        {
            Assert.Equal("Events for dapr-redis are stuck: the oldest has waited 30 s (limit 15 s), 8 are not sent.", memory.Analysis.Message);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Failed_and_Error_end_the_move_each_by_its_own_limit(bool known)
    {
        var options = new MoveOptions { Analysis = new AnalysisLimits { FailureLimit = 2, ErrorLimit = 4 } };
        var bad = Half() with { Options = options, Ledger = known ? Known.Of(Snapshot.Ledger(80, 20, 10)) : Known.Unknown<LedgerView>("away") };
        var (memory, measurements) = (bad.Memory, 0);
        while (memory.Failure is null)
        {
            var decision = Engine.Decide(bad with { Now = Snapshot.Start.AddSeconds(10 * ++measurements), Memory = memory });
            Assert.Empty(decision.Actions);
            memory = decision.Memory;
        }

        Assert.Equal(known ? (2, Failure.AnalysisFailed) : (4, Failure.AnalysisError), (measurements, memory.Failure.Reason));
        Assert.Contains(known ? "20.0 % of 100 attempts failed (limit 5.0 %)" : "The ledger does not answer (away)", memory.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("Look at:", memory.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_publisher_is_judged_before_anything_else_goes_on()
    {
        var all = Snapshot.Between(Kafka, Redis, 4, Snapshot.UnderWay(Kafka, Redis));
        var bad = Engine.Decide(all with { Ledger = Known.Of(Snapshot.Ledger(80, 20, 10)) });
        Assert.Equal((Stage.Publishers, 4, null), (bad.Stage, bad.Done, bad.Memory.PublishersBackAt));
        Assert.Empty(bad.Actions);

        var good = Engine.Decide(all with { Now = Snapshot.Start.AddSeconds(5), Memory = bad.Memory });
        Assert.Equal((Stage.Publishers, Verdict.Successful), (good.Stage, good.Memory.Analysis.Verdict));
        var next = Engine.Decide(all with { Now = Snapshot.Start.AddSeconds(6), Memory = good.Memory });
        Assert.Equal((Stage.Drain, Snapshot.Start.AddSeconds(6)), (next.Stage, next.Memory.PublishersBackAt));
    }

    [Theory]
    [InlineData(Verdict.Successful, Stage.Retire)]
    [InlineData(Verdict.Failed, Stage.Drain)]
    public void An_empty_broker_is_not_retired_while_the_figures_are_bad(Verdict verdict, Stage expected)
    {
        var memory = Snapshot.UnderWay(Kafka, Redis) with
        {
            PublishersBackAt = Snapshot.Start.AddSeconds(-40),
            Drains = System.Collections.Immutable.ImmutableSortedDictionary<Broker, DrainNote>.Empty.Add(Broker.Kafka, new DrainNote { QuietSince = Snapshot.Start.AddMinutes(-1) }),
            Analysis = new AnalysisTally(verdict, verdict == Verdict.Failed ? 1 : 0, 0, 0, Snapshot.Start, "10 % failed."),
        };
        var decision = Engine.Decide(Snapshot.Between(Kafka, Redis, 4, memory));
        Assert.Equal((expected, verdict == Verdict.Successful), (decision.Stage, decision.Actions.OfType<DeleteObject>().Any()));
    }

    [Fact]
    public void Events_that_are_stuck_on_the_target_are_a_failure_and_a_backlog_that_is_worked_off_is_not()
    {
        var redis = Transport.Through(Broker.Redis);
        var first = Engine.Decide(Half() with { Ledger = Known.Of(Snapshot.Ledger(100, 0, 10, oldest: 20, inFlight: 50, on: redis)) });
        Assert.Equal(Verdict.Successful, first.Memory.Analysis.Verdict);

        var younger = Half() with { Now = Snapshot.Start.AddSeconds(5), Memory = first.Memory, Ledger = Known.Of(Snapshot.Ledger(100, 0, 10, oldest: 18, inFlight: 40, on: redis)) };
        Assert.Equal(Verdict.Successful, Engine.Decide(younger).Memory.Analysis.Verdict);

        var older = younger with { Ledger = Known.Of(Snapshot.Ledger(100, 0, 10, oldest: 25, inFlight: 60, on: redis)) };
        Assert.Equal((Verdict.Failed, true), (Engine.Decide(older).Memory.Analysis.Verdict, Engine.Decide(older).Message.Contains("the oldest has waited 25 s", StringComparison.Ordinal)));

        // The broker that is left may be as slow as it likes.
        var left = younger with { Ledger = Known.Of(Snapshot.Ledger(100, 0, 10, oldest: 25, inFlight: 60, on: Transport.Through(Broker.Kafka))) };
        Assert.Equal(Verdict.Successful, Engine.Decide(left).Memory.Analysis.Verdict);
    }

    [Fact]
    public void The_figures_of_pods_that_are_gone_do_not_let_the_next_publisher_go()
    {
        var memory = Snapshot.UnderWay(Kafka, Redis) with { Analysis = new AnalysisTally(Verdict.Successful, 0, 0, 0, Snapshot.Start.AddSeconds(-1), "fine") };
        var observed = Snapshot.Between(Kafka, Redis, 1, memory) with { Options = new MoveOptions { Soak = TimeSpan.Zero, Analysis = new AnalysisLimits { Interval = TimeSpan.FromHours(1) } } };
        Assert.NotEmpty(Engine.Decide(observed).Actions);

        var renewed = observed with { Services = [.. observed.Services.Select(s => s with { Pods = [.. s.Pods.Select(p => p with { ReadySince = Snapshot.Start })] })] };
        Assert.Empty(Engine.Decide(renewed).Actions);
    }

    /// <summary>The services tell the figures of whole seconds; in the first one after a pod has come, or a person has let it go on, there is still the past.</summary>
    [Theory]
    [InlineData(999, 0)]
    [InlineData(1000, 1)]
    public void What_was_before_a_person_let_it_go_on_is_not_measured(int milliseconds, int failures)
    {
        var taken = new Acknowledgement("1", Snapshot.Start.AddMilliseconds(-milliseconds), "Trying again.");
        var half = Half();
        var observed = half with
        {
            Memory = half.Memory with { Acknowledged = half.Memory.Acknowledged.Add(RequestKind.Retry, taken) },
            Ledger = Known.Of(Snapshot.Ledger(60, 40, 10)),
        };
        Assert.Equal(failures, Engine.Decide(observed).Memory.Analysis.Failures);
    }

    private static Observed Half() => Snapshot.Between(Kafka, Redis, 1, Snapshot.UnderWay(Kafka, Redis));
}
