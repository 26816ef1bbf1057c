using EndToEnd.Tests.Fire;
using Xunit.Sdk;
using Xunit.v3;

namespace EndToEnd.Tests;

/// <summary>Runs the classes so that each begins where the one before left the platform.</summary>
public sealed class JourneyOrder : ITestCollectionOrderer
{
    private static readonly string[] Classes =
    [
        nameof(MoveTests), nameof(FaultTests), nameof(JobTests), nameof(RollbackTests), nameof(LivingTests), nameof(SwapTests), nameof(BacklogTests), nameof(PoisonTests), nameof(EndpointTests), nameof(AdoptionTests), nameof(RestTests), nameof(CheckerTests), nameof(ChaosOnDirectKafka), nameof(ChaosOnDaprKafka), nameof(ChaosOnDaprRedis), nameof(SwapUnderFireTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        testCollections.OrderBy(c => Array.FindIndex(Classes, name => c.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal))).ToList();
}
