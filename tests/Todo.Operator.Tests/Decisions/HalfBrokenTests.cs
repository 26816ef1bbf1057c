using System.Collections.Immutable;
using Todo.Operator.Decisions;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Decisions;

/// <summary>A target that works only in part: the move is given up with the reason, and with what to look at.</summary>
public sealed class HalfBrokenTests
{
    private static readonly Goal Kafka = Goal.Dapr(Broker.Kafka);
    private static readonly Goal Redis = Goal.Dapr(Broker.Redis);

    [Theory]
    [InlineData(3, 0, Failure.SidecarCrashing, "kubectl logs backend-1 -c daprd --previous")]
    [InlineData(0, 3, Failure.ServiceCrashing, "kubectl logs backend-1 --previous")]
    public void A_container_that_crashes_again_and_again_ends_the_move_at_once(int sidecar, int app, string reason, string lookAt)
    {
        var observed = Change(Half(), ServiceId.Backend, p => p with { SidecarRestarts = sidecar, AppRestarts = app, Ready = false, SidecarReady = false });
        var decision = Engine.Decide(observed);
        Assert.Equal((reason, true, Phase.RollingBack), (decision.Memory.Failure?.Reason, decision.PersistFirst, decision.Phase));
        Assert.Contains(lookAt, decision.Memory.Failure!.Message, StringComparison.Ordinal);

        var frozen = Engine.Decide(observed with { Options = new MoveOptions { RollbackOnFailure = false } });
        Assert.Equal((Phase.Paused, reason), (frozen.Phase, frozen.Memory.Failure?.Reason));
    }

    [Fact]
    public void Restarts_from_before_the_move_are_not_its_doing()
    {
        var observed = Change(Half(), ServiceId.Backend, p => p with { SidecarRestarts = 20 });
        var before = ImmutableSortedDictionary<string, int>.Empty.Add("backend-1", 18);
        Assert.Null(Engine.Decide(observed with { Memory = observed.Memory with { RestartsBefore = before } }).Memory.Failure);
        Assert.NotNull(Engine.Decide(observed).Memory.Failure);

        var begun = Engine.Decide(Change(Snapshot.On(Kafka, Snapshot.Finished(Kafka), Redis), ServiceId.Backend, p => p with { SidecarRestarts = 20 }));
        Assert.Equal(20, begun.Memory.RestartsBefore["backend-1"]);
    }

    [Fact]
    public void The_first_pod_without_its_sidecar_ends_the_move_although_other_services_have_none_yet()
    {
        var observed = Snapshot.Between(Goal.Direct, Kafka, 0, Snapshot.UnderWay(Goal.Direct, Kafka));
        var services = observed.Services.Select((s, i) => i == 0 ? s : s with
        {
            Deployment = s.Deployment! with { Template = s.Template with { Sidecar = false } },
            Pods = [.. s.Pods.Select(p => p with { Flags = p.Flags with { Sidecar = false }, HasSidecar = false, SidecarReady = false })],
        });
        var bare = Change(observed with { Services = [.. services] }, observed.Services[0].Id, p => p with { HasSidecar = false, SidecarReady = false });
        Assert.Equal(Failure.SidecarMissing, Engine.Decide(bare).Memory.Failure?.Reason);
    }

    [Fact]
    public void A_pod_that_was_admitted_without_its_sidecar_ends_the_move_at_once()
    {
        var decision = Engine.Decide(Change(Half(), ServiceId.EmailDelivery, p => p with { HasSidecar = false, SidecarReady = false }));
        Assert.Equal(Failure.SidecarMissing, decision.Memory.Failure?.Reason);
        Assert.Contains("email-delivery-1 was admitted without the sidecar", decision.Memory.Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("dapr-sidecar-injector", decision.Memory.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Component_that_does_not_load_ends_the_move_when_its_time_is_over()
    {
        var observed = Change(Half(), ServiceId.Backend, p => p with { Sidecar = Known.Of(new SidecarView(new HashSet<string>(), new HashSet<string>())) });
        var waiting = Engine.Decide(observed);
        Assert.Equal((Stage.Sidecars, null), (waiting.Stage, waiting.Memory.Failure));

        var late = Engine.Decide(observed with { Now = Snapshot.Start + observed.Options.StepTimeout + TimeSpan.FromSeconds(1), Memory = waiting.Memory });
        Assert.Equal(Failure.ComponentNotLoaded, late.Memory.Failure?.Reason);
        Assert.Contains("has not loaded Component todo-redis-backend", late.Memory.Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("kubectl logs backend-1 -c daprd", late.Memory.Failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Also when another one was just about to be sent.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_probe_that_never_comes_through_ends_the_move_when_its_time_is_over(bool justSent)
    {
        var probe = new Probe("todo-redis-backend", ["p"], Snapshot.Start);
        var observed = Snapshot.Between(Kafka, Redis, 0, Snapshot.UnderWay(Kafka, Redis) with { Proven = false, Probe = probe }) with
        {
            ProbeDeliveries = Known.Of<IReadOnlyList<ProbeDelivery>>([new ProbeDelivery("task-events", "notification-service", null)]),
        };
        var waiting = Engine.Decide(observed);
        Assert.Equal(Stage.Probe, waiting.Stage);
        var end = Snapshot.Start + observed.Options.StepTimeout + TimeSpan.FromSeconds(1);
        var late = Engine.Decide(observed with { Now = end, Memory = waiting.Memory with { Probe = justSent ? probe with { SentAt = end } : probe } });
        Assert.Equal(Failure.ProbeLost, late.Memory.Failure?.Reason);
        Assert.Contains("the broker behind todo-redis-backend", late.Memory.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_nowhere_to_go_back_to_it_stands_and_says_so()
    {
        var memory = Snapshot.UnderWay(Kafka, Kafka);
        var decision = Engine.Decide(Change(Snapshot.On(Kafka, memory), ServiceId.Backend, p => p with { HasSidecar = false, SidecarReady = false }));
        Assert.Equal((Phase.Degraded, null), (decision.Phase, decision.Memory.Failure));
        Assert.Contains("dapr-sidecar-injector", decision.Message, StringComparison.Ordinal);
    }

    private static Observed Half() => Snapshot.Between(Kafka, Redis, 1, Snapshot.UnderWay(Kafka, Redis));

    private static Observed Change(Observed observed, ServiceId service, Func<PodView, PodView> change) => observed with
    {
        Services = [.. observed.Services.Select(s => s.Id == service ? s with { Pods = [.. s.Pods.Select(change)] } : s)],
    };
}
