using System.Diagnostics;
using System.Globalization;
using LocalCluster.Hosting.Todo;
using LocalCluster.Node.Processes;
using Npgsql;
using Todo.Load;

namespace EndToEnd.Tests;

/// <summary>
/// The job that finds due tasks, every five seconds over three replicas of the notification service, while a replica, a sidecar and the scheduler are killed in turn:
/// each task that falls due is mailed once, and none later than three ticks after its moment. `make test-long` runs it for half an hour.
/// </summary>
[TestCaseOrderer(typeof(DeclarationOrder))]
public sealed class JobTests(PlatformFixture fixture)
{
    private const int Replicas = 3;
    private const int Rate = 5;
    private const string Service = "notification-service";

    /// <summary>A task is reminded of when its due moment is nearer than this; REMINDER_WINDOW is not set, so it has its default.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Nearer than the window only after a while: it is for the job to find them.</summary>
    private static readonly TimeSpan Ahead = Window + TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LatestReminder = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan MoveDeadline = TimeSpan.FromMinutes(5);

    private TodoCluster Cluster => fixture.Cluster;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public Task Every_due_task_is_mailed_once_and_in_time() => PlayAsync(TimeSpan.FromMinutes(2), between: TimeSpan.FromSeconds(35));

    /// <summary>JOB_MINUTES says how long; 30 by default.</summary>
    [Fact(Explicit = true)]
    public Task Every_due_task_is_mailed_once_and_in_time_for_half_an_hour() => PlayAsync(
        TimeSpan.FromMinutes(double.Parse(Environment.GetEnvironmentVariable("JOB_MINUTES") ?? "30", CultureInfo.InvariantCulture)), between: TimeSpan.FromMinutes(1));

    private async Task PlayAsync(TimeSpan length, TimeSpan between)
    {
        var mover = new Mover(Cluster);
        // Where the test before it has left the platform.
        await mover.AskAsync(Destination.DaprRedis, Cancelled);
        await mover.FollowAsync("Dapr on Redis", MoveDeadline, progress: null, Cancelled);
        await ScaleAsync(Replicas);
        try
        {
            await using var load = Cluster.StartLoad(
                $"jobs-{length.TotalMinutes}", Rate, change: o => o with { DueSoon = Ahead, Mix = new OperationMix(0, CreateDueSoon: 1, 0, 0, 0, 0, 0, 0) });
            var kills = await KillAsync(length, between);
            await load.StopAsync();

            var account = await Cluster.AccountAsync(load, Ahead - Window + Settling, Cancelled);
            Assert.True(account is { Lost: 0, Doubled: 0, Wrong: 0, Doubtful: 0 } && load.Total is { Refused: 0, Failed: 0 }, account.Describe());
            var (reminders, soonest, latest) = await LatenessAsync(load.Run);
            Console.WriteLine(
                $"jobs: {kills} kills in {length.TotalMinutes} min; {account.Describe(most: 0)}; {reminders} reminders, {soonest:0.0} s to {latest:0.0} s after the moment");
            Assert.Equal(account.Acknowledged, reminders);
            Assert.InRange(soonest, 0, latest);
            Assert.InRange(latest, soonest, LatestReminder.TotalSeconds);
        }
        finally
        {
            await ScaleAsync(1);
        }
    }

    private async Task ScaleAsync(int replicas)
    {
        await Cluster.Kubectl.RunAsync(Cancelled, "scale", $"deployment/{Service}", $"--replicas={replicas}");
        await Cluster.Kubectl.RunAsync(Cancelled, "rollout", "status", $"deployment/{Service}", $"--timeout={Settling.TotalSeconds}s");
    }

    /// <summary>One after the other, a replica, a sidecar, the scheduler.</summary>
    private async Task<int> KillAsync(TimeSpan length, TimeSpan between)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(between);
        var kills = 0;
        for (; watch.Elapsed + between < length && await timer.WaitForNextTickAsync(Cancelled); kills++)
        {
            var pods = Cluster.PodsOf(Service);
            var pod = pods[kills % pods.Count];
            switch (kills % 3)
            {
                case 0:
                    Assert.True(Cluster.Kubernetes.Node.Send(TodoCluster.Namespace, pod, "notification", Signal.Kill), $"{pod} was not running");
                    break;
                case 1:
                    Assert.True(Cluster.Kubernetes.Node.Send(TodoCluster.Namespace, pod, "daprd", Signal.Kill), $"the sidecar of {pod} was not running");
                    break;
                default:
                    Cluster.Backends.Scheduler.Kill();
                    await Cluster.Backends.StartSchedulerAgainAsync();
                    break;
            }
        }

        await timer.WaitForNextTickAsync(Cancelled);
        return kills;
    }

    /// <summary>Reminders of this load's tasks, and how long after its moment the first and the last of them was decided, in seconds.</summary>
    private async Task<(long Count, double Soonest, double Latest)> LatenessAsync(string run)
    {
        await using var connection = Cluster.Connect();
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(
            """
            select count(*), min(late), max(late)
            from (
              select extract(epoch from e.time - (t.due_at - $2))::float8 as late
              from tasks t join messaging.outbox e on e.subject = 'tasks/' || t.id and e.type = 'io.todo.reminder.sent.v1'
              where t.title like $1 || '-%') reminders
            """,
            connection) { Parameters = { new() { Value = run }, new() { Value = Window } } };
        await using var row = await command.ExecuteReaderAsync(Cancelled);
        Assert.True(await row.ReadAsync(Cancelled));
        return (row.GetInt64(0), row.GetDouble(1), row.GetDouble(2));
    }
}
