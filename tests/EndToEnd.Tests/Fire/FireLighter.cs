using LocalCluster.Dependencies;
using LocalCluster.Hosting.Todo;

namespace EndToEnd.Tests.Fire;

/// <summary>Does to a platform what a plan says, and leaves everything running.</summary>
internal sealed class FireLighter(TodoCluster cluster)
{
    private const int Stop = 19;
    private const int Continue = 18;
    private const string Sidecar = "daprd";
    private const int MailWorkers = 4;

    private static readonly (string Deployment, string Container)[] _services =
    [
        ("backend", "backend"), ("notification-service", "notification"), ("email-delivery", "email-delivery"), ("recurring-service", "recurring-task"),
    ];

    private static readonly TimeSpan _brokerAway = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _databaseAway = TimeSpan.FromSeconds(10);
    private readonly SortedDictionary<Fault, int> _done = [];

    /// <summary>How many mails may have come twice: those that a worker had handed over and could not write down any more.</summary>
    public int MostDoubtful { get; private set; }

    public int Count => _done.Values.Sum();

    /// <summary>In words, e.g. <c>4 ServiceKilled, 1 KafkaDown</c>.</summary>
    public override string ToString() => string.Join(", ", _done.Select(x => $"{x.Value} {x.Key}"));

    /// <summary>One fault after the other until there is no need for more. The last one is mended before this returns.</summary>
    public async Task BurnAsync(IEnumerable<FireStep> steps, CancellationToken enough)
    {
        try
        {
            foreach (var step in steps)
            {
                await Task.Delay(step.After, enough);
                if (await CauseAsync(step, enough))
                {
                    _done[step.Fault] = _done.GetValueOrDefault(step.Fault) + 1;
                }
            }
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // Enough.
        }
    }

    /// <returns>False: what was chosen is down already, which is no fault of this run.</returns>
    private async Task<bool> CauseAsync(FireStep step, CancellationToken enough)
    {
        var backends = cluster.Backends;
        var (deployment, container) = _services[step.Service];
        switch (step.Fault)
        {
            case Fault.ServiceKilled:
                MostDoubtful += container == "email-delivery" ? MailWorkers : 0;
                return Kill(deployment, container);
            case Fault.SidecarKilled:
                return Kill(deployment, Sidecar);
            case Fault.OperatorKilled:
                return TryTo(cluster.KillOperator);
            case Fault.KafkaRestarted:
                await AwayAsync(TimeSpan.Zero, backends.KillKafkaAsync, backends.StartKafkaAgainAsync, enough);
                break;
            case Fault.KafkaDown:
                await AwayAsync(_brokerAway, backends.KillKafkaAsync, backends.StartKafkaAgainAsync, enough);
                break;
            case Fault.RedisRestarted:
                await AwayAsync(TimeSpan.Zero, () => Do(backends.Redis.Process.Kill), () => backends.Redis.StartAgainAsync(CancellationToken.None), enough);
                break;
            case Fault.RedisPaused:
                await AwayAsync(_brokerAway, () => Do(() => backends.Redis.Process.Signal(Stop)), () => Do(() => backends.Redis.Process.Signal(Continue)), enough);
                break;
            default:
                MostDoubtful += MailWorkers;
                await AwayAsync(_databaseAway, () => backends.PostgreSql.StopAsync(), () => backends.PostgreSql.StartAgainAsync(CancellationToken.None), enough);
                break;
        }

        return true;
    }

    /// <summary>It comes back whatever happens meanwhile.</summary>
    private static async Task AwayAsync(TimeSpan length, Func<Task> away, Func<Task> back, CancellationToken enough)
    {
        await away();
        try
        {
            await Task.Delay(length, enough);
        }
        finally
        {
            await back();
        }
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private bool Kill(string deployment, string container) => TryTo(() => cluster.Kill(deployment, container));

    private static bool TryTo(Action kill)
    {
        try
        {
            kill();
            return true;
        }
        catch (ClusterException)
        {
            return false;
        }
    }
}
