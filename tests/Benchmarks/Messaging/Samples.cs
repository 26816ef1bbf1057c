namespace Benchmarks.Messaging;

internal static class Samples
{
    public static double Percentile(this IReadOnlyCollection<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
    }

    public static double Median(this IReadOnlyCollection<double> values) => values.Percentile(0.5);
}
