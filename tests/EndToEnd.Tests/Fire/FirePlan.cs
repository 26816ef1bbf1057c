using LocalCluster.Hosting.Todo;

namespace EndToEnd.Tests.Fire;

/// <summary>What may happen at any moment while a platform swaps its broker.</summary>
internal enum Fault
{
    /// <summary>kill -9 of a service's process.</summary>
    ServiceKilled,

    /// <summary>kill -9 of a sidecar.</summary>
    SidecarKilled,

    /// <summary>kill -9 of the operator.</summary>
    OperatorKilled,

    /// <summary>kill -9 of Kafka, and a new start at once.</summary>
    KafkaRestarted,

    /// <summary>kill -9 of Redis, and a new start at once.</summary>
    RedisRestarted,

    /// <summary>Redis hangs for 20 s.</summary>
    RedisPaused,

    /// <summary>Kafka is away for 20 s.</summary>
    KafkaDown,

    /// <summary>PostgreSQL refuses connections for 10 s, and those that there were are gone.</summary>
    DatabaseRefusing,
}

/// <param name="After">Time since the end of the fault before it.</param>
/// <param name="Fault">What happens.</param>
/// <param name="Service">Which service it happens to, where that matters: an index.</param>
internal sealed record FireStep(TimeSpan After, Fault Fault, int Service);

/// <summary>What is asked of a platform, and what is done to it meanwhile. The same seed is the same plan.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="Swaps">What is asked for, one after the other.</param>
/// <param name="Steps">What happens, until the swaps are over.</param>
internal sealed record FirePlan(Destination From, IReadOnlyList<Destination> Swaps, IReadOnlyList<FireStep> Steps)
{
    private const int MostSteps = 200;
    private const int NumberOfSwaps = 3;

    // Pods die more often than brokers.
    private static readonly Fault[] _bag =
    [
        Fault.ServiceKilled, Fault.ServiceKilled, Fault.ServiceKilled, Fault.SidecarKilled, Fault.SidecarKilled, Fault.SidecarKilled, Fault.OperatorKilled, Fault.OperatorKilled,
        Fault.KafkaRestarted, Fault.RedisRestarted, Fault.RedisPaused, Fault.KafkaDown, Fault.DatabaseRefusing,
    ];

    public static FirePlan Of(int seed)
    {
        var random = new Random(seed);
        Destination[] brokers = random.Next(2) == 0 ? [Destination.DaprKafka, Destination.DaprRedis] : [Destination.DaprRedis, Destination.DaprKafka];
        var swaps = Enumerable.Range(1, NumberOfSwaps).Select(i => brokers[i % 2]).ToList();
        var steps = Enumerable.Range(0, MostSteps)
            .Select(_ => new FireStep(TimeSpan.FromSeconds(3 + (random.NextDouble() * 9)), _bag[random.Next(_bag.Length)], random.Next(4))).ToList();
        return new FirePlan(brokers[0], swaps, steps);
    }
}
