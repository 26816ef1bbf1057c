using System.Globalization;

namespace Benchmarks;

/// <summary>Runs benchmarks one after the other and prints a Markdown table, a line as soon as its figure is known.</summary>
internal static class Report
{
    /// <returns>Whether every bar was reached.</returns>
    public static async Task<bool> RunAsync(IEnumerable<Benchmark> benchmarks, TextWriter output, CancellationToken cancellationToken)
    {
        var reached = true;
        await output.WriteLineAsync("| what | measured | bar | beside it, in the same run | ratio |\n|---|---|---|---|---|");
        foreach (var benchmark in benchmarks)
        {
            await benchmark.RunAsync(
                figure =>
                {
                    reached &= figure.Bar?.IsReachedBy(figure.Value) ?? true;
                    output.WriteLine(Line(figure));
                },
                cancellationToken);
        }

        return reached;
    }

    private static string Line(Figure figure)
    {
        var bar = figure.Bar is { } b ? $"{b}{(b.IsReachedBy(figure.Value) ? "" : " MISSED")}" : "";
        var (beside, ratio) = figure.Beside is { } peer
            ? ($"{peer.What}: {Number(peer.Value)} {figure.Unit}", (figure.Value / peer.Value).ToString("0.00", CultureInfo.InvariantCulture))
            : ("", "");
        return $"| {figure.What} | {Number(figure.Value)} {figure.Unit} | {bar} | {beside} | {ratio} |";
    }

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) switch { >= 100 => "#,0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);
}
