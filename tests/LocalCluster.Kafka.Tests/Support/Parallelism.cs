using System.Runtime.CompilerServices;

// Clients mostly wait: for a heartbeat, for a session to end, for librdkafka's first metadata.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>
/// Calls of Confluent.Kafka block their thread, and the broker under test answers on threads of the same pool. Without a floor, two
/// blocked tests on two cores leave the broker without any until the pool adds one, which takes seconds when the machine is busy.
/// </summary>
internal static class Parallelism
{
    [ModuleInitializer]
    internal static void LeaveThreadsToTheBroker() => ThreadPool.SetMinThreads(48, 16);
}
