using System.Diagnostics;
using System.Globalization;
using LocalCluster.Dependencies;
using LocalCluster.Hosting.Todo;

namespace EndToEnd.Tests;

/// <summary>
/// kill -9 of any service or sidecar, at random, for as long as CHAOS_MINUTES says (10 by default), on each transport: every change is acknowledged in the end,
/// and each has its effects once. Only a mail whose worker is killed in the moment between the server's acceptance and its own note of that comes again, under the same
/// Message-ID: at most one for each of a killed pod's workers, and counted by the service. Long: `make test-long` runs it.
/// </summary>
public abstract class ChaosTests(PlatformFixture fixture, Destination transport)
{
    private const string MailService = "email-delivery";
    private const int MailWorkers = 4;
    private const string Sidecar = "daprd";

    private static readonly (string Deployment, string Container)[] Services =
    [
        ("backend", "backend"), ("notification-service", "notification"), (MailService, "email-delivery"), ("recurring-service", "recurring-task"),
    ];

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan Repeat = TimeSpan.FromMinutes(2);

    private static TimeSpan Duration => TimeSpan.FromMinutes(
        double.Parse(Environment.GetEnvironmentVariable("CHAOS_MINUTES") ?? "10", CultureInfo.InvariantCulture));

    [Fact(Explicit = true)]
    public async Task Anything_may_be_killed_at_any_time()
    {
        var seed = Environment.TickCount;
        var (killed, mailKilled) = (0, 0);
        var account = await UnderLoad.RunAsync(fixture.Cluster, transport, $"chaos-{transport.Name.Replace(' ', '-')}", async _ =>
        {
            var random = new Random(seed);
            var watch = Stopwatch.StartNew();
            using var timer = new PeriodicTimer(Pause);
            while (watch.Elapsed < Duration && await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken))
            {
                var (deployment, container) = Choose(random, transport.UseDapr);
                if (Kill(deployment, container))
                {
                    killed++;
                    mailKilled += deployment == MailService && container != Sidecar ? 1 : 0;
                }
            }

            // What was killed last is still waiting for its restart.
            await fixture.Cluster.Kubectl.RunAsync(
                TestContext.Current.CancellationToken, "wait", "pod", "--all", "--for=condition=Ready", $"--timeout={Repeat.TotalSeconds}s");
        }, repeatFor: Repeat, mostDoubtful: async () => Math.Min(mailKilled * MailWorkers, await fixture.Cluster.CountDoubtfulAsync()));

        Assert.InRange(killed, (int)(Duration / Pause / 2), int.MaxValue);
        Console.WriteLine($"{transport.Name}: {killed} kills (seed {seed}) in {Duration.TotalMinutes} min, {account.Describe(most: 0)}");
    }

    private static (string Deployment, string Container) Choose(Random random, bool sidecarsToo)
    {
        var (deployment, container) = Services[random.Next(Services.Length)];
        return (deployment, sidecarsToo && random.Next(3) == 0 ? Sidecar : container);
    }

    /// <returns>False: what was chosen is down already.</returns>
    private bool Kill(string deployment, string container)
    {
        try
        {
            fixture.Cluster.Kill(deployment, container);
            return true;
        }
        catch (ClusterException)
        {
            return false;
        }
    }
}

public sealed class ChaosOnDirectKafka(PlatformFixture fixture) : ChaosTests(fixture, Destination.DirectKafka);

public sealed class ChaosOnDaprKafka(PlatformFixture fixture) : ChaosTests(fixture, Destination.DaprKafka);

public sealed class ChaosOnDaprRedis(PlatformFixture fixture) : ChaosTests(fixture, Destination.DaprRedis);
