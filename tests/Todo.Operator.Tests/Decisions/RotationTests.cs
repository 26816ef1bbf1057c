using System.Collections.Immutable;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Preflight;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Decisions;

/// <summary>Another content of a Secret: pods that were started with the old one are started anew, one service after the other.</summary>
public sealed class RotationTests
{
    private const string Token = "todo-management.token";
    private const string Password = "todo-redis.password";

    private static readonly Goal Redis = Goal.Dapr(Broker.Redis);

    [Fact]
    public void What_is_seen_for_the_first_time_is_remembered_and_restarts_nobody()
    {
        var decision = Engine.Decide(Content(Settled(memory: Prints()), Prints((Token, "1"), (Password, "1"))));
        Assert.Equal((Phase.Migrated, 0), (decision.Phase, decision.Actions.Count));
        Assert.Equal(Prints((Token, "1"), (Password, "1")), decision.Memory.Secrets);
    }

    [Fact]
    public void Another_content_is_a_move_of_its_own_and_the_checks_come_first()
    {
        var changed = Content(Settled(Prints((Password, "1"))), Prints((Password, "2")));
        var refused = Engine.Decide(changed with { Preflight = new PreflightVerdict(MayBegin: false, "wrong password") });
        Assert.Equal((Phase.Preflight, "wrong password", 0), (refused.Phase, refused.Message, refused.Actions.Count));

        var begun = Engine.Decide(changed);
        Assert.True(begun.PersistFirst);
        Assert.Equal((4, Phase.Reconfiguring), (begun.Memory.Epoch, begun.Phase));
        Assert.Equal($"The content of {Password} has changed: pods that were started with the old one are started anew, one service after the other.", begun.Message);
        Assert.True(Engine.NeedsPreflight(changed));
        Assert.True(Engine.NeedsAnswers(changed));
    }

    [Fact]
    public void Content_that_cannot_be_read_now_has_not_changed() =>
        Assert.Equal(Phase.Migrated, Engine.Decide(Content(Settled(Prints((Password, "1"))), Prints())).Phase);

    [Fact]
    public void One_service_after_the_other_and_the_next_only_when_the_last_is_back_and_watched()
    {
        var rotating = Content(Rotating(Prints((Token, "1"))), Prints((Token, "2")));
        var noted = Engine.Decide(rotating);
        Assert.Equal((true, 0, new Edit("backend", At: null)), (noted.PersistFirst, noted.Actions.Count, noted.Memory.Edited));

        var first = Engine.Decide(rotating with { Memory = noted.Memory });
        var set = Assert.IsType<SetTemplate>(Assert.Single(first.Actions));
        Assert.Equal((Stage.Rotation, "Restarting backend: the content of todo-management.token has changed.", $"{Token}=2"), (first.Stage, first.Message, set.Secrets));
        Assert.Equal(rotating.Services[0].Template, set.Flags);

        // Its template is set, its pods are still the old ones.
        var rolling = With(rotating with { Memory = first.Memory }, 0, template: set.Secrets, pods: null);
        Assert.Equal(("backend: waiting for its sidecars to come back with the new settings.", 1), Say(Engine.Decide(rolling)));

        // They are new, and younger than a soak.
        var back = With(rotating with { Memory = first.Memory }, 0, template: set.Secrets, pods: set.Secrets, readySince: Snapshot.Start);
        Assert.Equal(("backend: waiting for its sidecars to come back with the new settings.", 1), Say(Engine.Decide(back with { Now = Snapshot.Start.AddSeconds(1) })));
        var next = Engine.Decide(back with { Now = Snapshot.Start.AddSeconds(3) });
        Assert.Equal(("Restarting recurring-service: the content of todo-management.token has changed.", 1), Say(next));
        Assert.Equal((true, new Edit("recurring-task-service", At: null)), (next.PersistFirst, next.Memory.Edited));
    }

    [Fact]
    public void It_stops_at_the_first_service_that_does_not_come_back_and_goes_on_with_it_when_the_Secret_is_put_right()
    {
        var memory = Rotating(Prints((Password, "1"))).Memory with { Edited = new Edit("backend", Snapshot.Start.AddMinutes(-6)), Step = new Step("Rotation 1/4", Snapshot.Start.AddMinutes(-6)) };
        var stuck = With(Content(Rotating(Prints((Password, "1"))) with { Memory = memory, Options = new MoveOptions() }, Prints((Password, "2"))), 0, $"{Password}=2", $"{Password}=2", ready: false);
        var decision = Engine.Decide(stuck);
        Assert.Equal((Phase.Degraded, Stage.Rotation, 0), (decision.Phase, decision.Stage, decision.Actions.Count));
        Assert.Null(decision.Memory.Failure);
        Assert.Equal("backend: waiting for its sidecars to come back with the new settings. Look at: kubectl logs deployment/backend -c daprd.", decision.Message);

        var again = Content(stuck with { Memory = decision.Memory }, Prints((Password, "3")));
        var mended = Engine.Decide(again with { Memory = Engine.Decide(again).Memory });
        Assert.Equal((ServiceId.Backend, $"{Password}=3"), (((SetTemplate)Assert.Single(mended.Actions)).Service, ((SetTemplate)mended.Actions[0]).Secrets));
    }

    [Fact]
    public void A_move_that_begins_writes_no_note_as_long_as_nothing_has_ever_changed()
    {
        var memory = Snapshot.UnderWay(Goal.Dapr(Broker.Kafka), Redis) with { Secrets = Prints((Token, "1")) };
        var moving = Content(Snapshot.Between(Goal.Dapr(Broker.Kafka), Redis, 4, memory), Prints((Token, "1")));
        var behind = moving with { Services = [.. moving.Services.Select((s, i) => i == 0 ? s with { Deployment = s.Deployment! with { AnnotationsCurrent = false } } : s)] };
        Assert.Null(Assert.IsType<SetTemplate>(Assert.Single(Engine.Decide(behind).Actions)).Secrets);
    }

    [Fact]
    public void On_the_way_back_only_what_refuses_the_operator_is_restarted_and_all_of_it_at_once()
    {
        var back = Rotating(Prints((Token, "1"), (Password, "1"))) is var r
            ? r with { Memory = r.Memory with { Reason = MoveReason.Rollback, Failure = new Failure(1, Failure.StepTimeout, "deaf", Snapshot.Start) } } : r;
        Assert.NotEqual(Stage.Rotation, Engine.Decide(Content(back, Prints((Token, "1"), (Password, "2")))).Stage);

        var refusing = Engine.Decide(Content(back, Prints((Token, "2"), (Password, "1"))));
        Assert.Equal((Stage.Rotation, 4), (refusing.Stage, refusing.Actions.Count));
    }

    [Fact]
    public void What_is_noted_counts_more_than_what_is_remembered_and_the_end_remembers_everything()
    {
        var noted = Content(Settled(Prints((Token, "1"))), Prints((Token, "2")));
        noted = noted with { Services = [.. noted.Services.Select(s => s with { Deployment = s.Deployment! with { Secrets = $"{Token}=2" }, Pods = [.. s.Pods.Select(p => p with { Secrets = $"{Token}=2" })] })] };
        Assert.Equal(Phase.Migrated, Engine.Decide(noted).Phase);

        var ending = Engine.Decide(noted with { Memory = noted.Memory with { FinishedAt = null, Proven = true, Analysis = new AnalysisTally(Verdict.Successful, 0, 0, 0, Snapshot.Start, "good") } });
        Assert.NotNull(ending.Memory.FinishedAt);
        Assert.Equal(Prints((Token, "2")), ending.Memory.Secrets);
    }

    [Fact]
    public async Task A_ledger_that_refuses_the_new_token_does_not_hold_up_the_restart_that_it_waits_for()
    {
        var refusing = Content(Settled(Prints((Token, "1"))), Prints((Token, "2"))) with { Ledger = Known.Unknown<LedgerView>("backend-1:8090 refused the management token") };
        var context = new PreflightContext(new GenerationContext(new TodoPlatformSpec(), "default", "todo", "uid"), refusing);
        var found = Assert.Single(await new LedgerCheck().CheckAsync(context, TestContext.Current.CancellationToken));
        Assert.Equal(
            (CheckOutcome.Warning, "The ledger does not answer (backend-1:8090 refused the management token): pods were started with another management token. They are started anew with the present one."),
            (found.Outcome, found.Message));
        var other = context with { Observed = Content(refusing, Prints((Token, "1"), (Password, "2"))) };
        Assert.Equal(CheckOutcome.Unknown, Assert.Single(await new LedgerCheck().CheckAsync(other, TestContext.Current.CancellationToken)).Outcome);
    }

    private static (string Message, int Done) Say(Decision decision) => (decision.Message, decision.Done);

    private static Observed Settled(ImmutableSortedDictionary<string, string> memory) =>
        Snapshot.On(Redis, Snapshot.Finished(Redis) with { Secrets = memory }) with { TokenSecret = Token };

    private static Observed Rotating(ImmutableSortedDictionary<string, string> memory) =>
        Settled(memory) is var settled ? settled with { Memory = settled.Memory with { From = Redis, FinishedAt = null } } : settled;

    private static Observed Content(Observed observed, ImmutableSortedDictionary<string, string> prints) =>
        observed with { Secrets = observed.Services.ToDictionary(s => s.Id, _ => prints) };

    private static Observed With(Observed observed, int index, string? template, string? pods, bool ready = true, DateTimeOffset? readySince = null) => observed with
    {
        Services =
        [
            .. observed.Services.Select((s, i) => i != index ? s : s with
            {
                Deployment = s.Deployment! with { Secrets = template, RolledOut = ready },
                Pods = [.. s.Pods.Select(p => p with { Secrets = pods, Ready = ready, ReadySince = readySince ?? p.ReadySince })],
            }),
        ],
    };

    private static ImmutableSortedDictionary<string, string> Prints(params (string Name, string Print)[] prints) =>
        prints.ToImmutableSortedDictionary(p => p.Name, p => p.Print, StringComparer.Ordinal);
}
