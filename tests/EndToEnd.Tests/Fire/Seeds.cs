using System.Globalization;
using LocalCluster.Hosting;

namespace EndToEnd.Tests.Fire;

/// <summary>
/// Which seeds are played: those of CHAOS_SEEDS (<c>7</c>, <c>1-10</c>, <c>3,5,20-30</c>), or else the next ten of the first hundred that were not played yet in this
/// checkout. A seed whose run was clean is written down in <c>.local/chaos-seeds.tsv</c>, with its account.
/// </summary>
internal static class Seeds
{
    private const int Last = 100;
    private const int AtATime = 10;

    private static string Results => Checkout.Find().PathOf(".local/chaos-seeds.tsv");

    public static IReadOnlyList<int> ToPlay() => Environment.GetEnvironmentVariable("CHAOS_SEEDS") is { Length: > 0 } asked
        ? [.. asked.Split(',', StringSplitOptions.TrimEntries).SelectMany(Range)]
        : [.. Enumerable.Range(1, Last).Except(Played()).Take(AtATime)];

    public static void WriteDown(int seed, string account)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Results)!);
        File.AppendAllText(Results, string.Create(CultureInfo.InvariantCulture, $"{seed}\t{account.Trim().ReplaceLineEndings("; ")}\n"));
    }

    private static IEnumerable<int> Range(string text)
    {
        var ends = text.Split('-');
        if (ends.Length > 2 || !int.TryParse(ends[0], CultureInfo.InvariantCulture, out var first) || !int.TryParse(ends[^1], CultureInfo.InvariantCulture, out var last) || last < first)
        {
            throw new InvalidDataException($"CHAOS_SEEDS: '{text}' is neither a number nor a range such as 1-10.");
        }

        return Enumerable.Range(first, last - first + 1);
    }

    private static IEnumerable<int> Played() => File.Exists(Results)
        ? File.ReadLines(Results).Select(x => int.Parse(x.Split('\t')[0], CultureInfo.InvariantCulture))
        : [];
}
