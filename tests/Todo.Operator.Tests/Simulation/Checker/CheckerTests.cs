using System.Text.Json.Nodes;
using Kubernetes.Client;
using Microsoft.Extensions.DependencyInjection;
using Todo.Operator.Observation;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Faults;
using Todo.Operator.Tests.Simulation.Runs;

namespace Todo.Operator.Tests.Simulation.Checker;

/// <summary>The oracle is worth something only if it turns red: here parts of the operator are broken on purpose.</summary>
[Collection(nameof(OnAllCores))]
public sealed class CheckerTests(ITestOutputHelper output)
{
    [Fact]
    public void A_Subscription_that_is_forgotten_is_found() =>
        AssertRed("Subscription todo-kafka-email-delivery-service-task-reminders", c => new ForgetsASubscription(c), Undisturbed("dapr-kafka-to-dapr-redis"));

    [Fact]
    public void Retiring_a_broker_before_it_is_drained_is_found() =>
        AssertRed(
            "has events waiting on kafka and does not listen there",
            c => new HearsWhatItLikes(new HearsWhatItLikes(c, "/internal/ledger", NothingInFlight), "/internal/transports", NothingUncommitted),
            Undisturbed("dapr-kafka-to-dapr-redis"));

    [Fact]
    public void Moving_publishers_before_the_consumers_are_proven_is_found() =>
        AssertRed("did not come to its end", c => new HearsWhatItLikes(c, "/internal/probes", Handled), Undisturbed("consumers-hear-nothing"));

    [Fact]
    public void Moving_publishers_without_asking_the_broker_who_listens_is_found() =>
        AssertRed(
            "where a partition has no member",
            new Sabotage(Services: s => s.AddSingleton<IBrokerMembership>(new HearsFromNobody())),
            Undisturbed("a-partition-without-a-member"));

    [Fact]
    public void An_old_leader_whose_writes_are_not_refused_is_found()
    {
        const string Scenario = "three-transports";
        AssertRed(
            string.Empty,
            c => new WritesWithoutPreconditions(c),
            Enumerable.Range(1, Oracle.Reference(Scenario).Writes).Select(at => new RunId(Scenario, Oracle.Seed, new Fault(FaultKind.StaleLeader, at))));
    }

    private static IEnumerable<RunId> Undisturbed(string scenario) => Enumerable.Range(1, 10).Select(seed => new RunId(scenario, seed));

    private static void NothingInFlight(JsonObject ledger)
    {
        foreach (var transport in ledger["transports"]!.AsArray())
        {
            transport!["inFlight"] = 0;
        }
    }

    private static void NothingUncommitted(JsonObject report)
    {
        foreach (var position in report["positions"]!.AsArray())
        {
            position!["committed"] = position["end"]!.DeepClone();
        }
    }

    private static void Handled(JsonObject probes)
    {
        foreach (var probe in probes["probes"]!.AsArray())
        {
            probe!["handledVia"] = $"todo-redis-{probe.Text("consumer")}";
        }
    }

    // Red in any of the runs is enough, if the same run of the unbroken operator is not.
    private void AssertRed(string says, Func<IKubernetesClient, IKubernetesClient> broken, IEnumerable<RunId> runs) => AssertRed(says, new Sabotage(Client: broken), runs);

    private void AssertRed(string says, Sabotage broken, IEnumerable<RunId> runs)
    {
        List<string> seen = [];
        foreach (var id in runs)
        {
            var wrong = Oracle.Judge(SimulatedRun.Play(id, broken));
            if (wrong.FirstOrDefault(w => w.Contains(says, StringComparison.Ordinal)) is { } found && Oracle.Judge(SimulatedRun.Play(id)).Count == 0)
            {
                output.WriteLine($"{id}: {found}");
                return;
            }

            seen.AddRange(wrong);
        }

        Assert.Fail($"Not noticed. What was: {string.Join("; ", seen.DefaultIfEmpty("nothing"))}");
    }
}
