using System.Globalization;
using LocalCluster.Hosting.Todo;
using Todo.Load;
using Spectre.Console;

namespace LocalCluster.Cli;

/// <summary>One move of the demo and what the load saw meanwhile.</summary>
internal sealed record DemoRow(Destination From, MoveReport Move, LoadSnapshot Load)
{
    public string Name => $"{From.Name} → {Move.Destination.Name}";

    public string Line => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}: {Move.Elapsed.TotalSeconds:0.0} s, {Load.Acknowledged} operations, {Load.Refused} refused, {Move.Events} events");
}

/// <summary>The demo's table. Latency in milliseconds: of an event from sent to handled, and of a request.</summary>
internal static class DemoTable
{
    private static readonly string[] Columns =
        ["move", "seconds", "operations", "per second", "refused", "events", "in flight (max)", "suppressed", "replayed", "event p50/p95", "request p50/p95"];

    public static void Print(IReadOnlyList<DemoRow> rows)
    {
        var table = new Table().Border(TableBorder.Ascii2);
        foreach (var column in Columns)
        {
            table.AddColumn(column, c => c.NoWrap = true);
        }

        foreach (var row in rows)
        {
            var (move, load) = (row.Move, row.Load);
            table.AddRow(
                row.Name, Number(move.Elapsed.TotalSeconds, "0.0"), Number(load.Acknowledged), Number(load.Acknowledged / move.Elapsed.TotalSeconds, "0"),
                Number(load.Refused), Number(move.Events), Number(move.MaxInFlight), Number(move.Suppressed), Number(move.Replayed),
                $"{Number(move.P50, "0.0")} / {Number(move.P95, "0.0")}", $"{Number(load.P50, "0.0")} / {Number(load.P95, "0.0")}");
        }

        // Outside a terminal the table keeps its full width: a log is not wrapped.
        var width = AnsiConsole.Profile.Width;
        AnsiConsole.Profile.Width = Math.Max(width, 190);
        AnsiConsole.Write(table);
        AnsiConsole.Profile.Width = width;
    }

    private static string Number(double value, string format = "0") => value.ToString(format, CultureInfo.InvariantCulture);
}
