using System.Globalization;
using FsCheck;
using Microsoft.FSharp.Core;

namespace Kubernetes.Operator.Tests.Support;

/// <summary>
/// How laws are checked: from a fixed seed, so that a test that was green stays so while nothing changes, or from one that nobody chose. A law that fails
/// names its seed, two numbers; <c>LAW_SEED=1,2</c> plays the same again.
/// </summary>
internal static class Laws
{
    public static Config FromFixedSeed(int runs) => From(Environment.GetEnvironmentVariable("LAW_SEED") ?? "1,1", runs);

    public static Config FromAnySeed(int runs) =>
        From(Environment.GetEnvironmentVariable("LAW_SEED") ?? string.Create(CultureInfo.InvariantCulture, $"{Random.Shared.NextInt64()},{Random.Shared.NextInt64()}"), runs);

    private static Config From(string seed, int runs)
    {
        // Of a generator's two numbers the second has to be odd.
        var numbers = Array.ConvertAll(seed.Split(','), static n => ulong.Parse(n, CultureInfo.InvariantCulture));
        return Config.QuickThrowOnFailure
            .WithMaxTest(Number("LAW_RUNS") ?? runs)
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(numbers[0], numbers[1] | 1), FSharpOption<int>.None)));
    }

    private static int? Number(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
