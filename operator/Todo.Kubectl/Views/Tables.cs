using System.Globalization;
using Kubernetes.Client.Models;
using Spectre.Console;
using Spectre.Console.Rendering;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Views;

/// <summary>The lists of a platform as tables in kubectl's manner: capitals above, no lines.</summary>
internal static class Tables
{
    private const string None = "-";

    public static IRenderable Services(IReadOnlyList<ServiceStatus> services)
    {
        var table = Of("SERVICE", "PUBLISHING", "CONSUMING", "SIDECAR", "READY", "RESTARTS", "MESSAGE");
        for (var i = 0; i < services.Count; i++)
        {
            var s = services[i];
            table.AddRow(
                Cell(Branch(i, services.Count) + s.Name), Cell(s.Publishing), Cell(s.Consuming), Cell(s.Sidecar, s.Sidecar == "missing" ? Color.Red : null),
                Cell(s.Ready), Cell(Number(s.Restarts), s.Restarts > 0 ? Color.Yellow : null), Cell(s.Message));
        }

        return table;
    }

    public static IRenderable Transports(IReadOnlyList<TransportStatus> transports)
    {
        var table = Of("TRANSPORT", "STATE", "PUBLISHERS", "CONSUMERS", "IN FLIGHT", "OLDEST", "HELD", "REPLAYED", "DEAD", "LEFT");
        for (var i = 0; i < transports.Count; i++)
        {
            var t = transports[i];
            table.AddRow(
                Cell(Branch(i, transports.Count) + t.Name), Cell(t.State, t.State == "Target" ? Color.Green : null), Cell(Number(t.Publishers)), Cell(Number(t.Consumers)), Cell(Number(t.InFlight)),
                Cell(t.OldestSeconds == 0 ? null : Ages.Format(TimeSpan.FromSeconds(t.OldestSeconds))), Cell(Number(t.Held)), Cell(Number(t.Replayed)),
                Cell(Number(t.Dead), t.Dead > 0 ? Color.Red : null), Cell(t.Left is { } left ? Number(left) : null));
        }

        return table;
    }

    public static IRenderable Analysis(AnalysisStatus analysis)
    {
        var table = Of("ANALYSIS", "WINDOW", "PUBLISHED", "HANDLED", "FAILED", "P50", "P95");
        (string, FiguresStatus?)[] rows = [("baseline", analysis.Baseline), ("current", analysis.Current)];
        for (var i = 0; i < rows.Length; i++)
        {
            var (name, f) = rows[i];
            table.AddRow(
                Cell(Branch(i, rows.Length) + name), Cell(f is null ? null : $"{Number(f.Seconds)} s"), Cell(f is null ? null : Number(f.Published)), Cell(f is null ? null : Number(f.Events)),
                Cell(f is null ? null : $"{Number(f.Failed)} ({Number(f.FailurePercent)} %)"), Cell(f is null ? null : $"{Number(f.P50)} ms"), Cell(f is null ? null : $"{Number(f.P95)} ms"));
        }

        return table;
    }

    public static IRenderable Conditions(IReadOnlyList<V1Condition> conditions, DateTimeOffset now)
    {
        var table = Of("CONDITION", "STATUS", "REASON", "SINCE", "MESSAGE");
        foreach (var c in conditions)
        {
            table.AddRow(Cell(c.Type, Color.Red), Cell(c.Status), Cell(c.Reason), Cell(Ages.Of(c.LastTransitionTime, now)), Cell(c.Message));
        }

        return table;
    }

    public static IRenderable Checks(IReadOnlyList<PreflightStatus> checks)
    {
        var table = Of("CHECK", "RESULT", "MESSAGE");
        foreach (var c in checks)
        {
            Color? color = c.Result switch { "Failed" => Color.Red, "Unknown" or "Warning" => Color.Yellow, "Passed" => Color.Green, _ => null };
            table.AddRow(Cell(c.Name), Cell(c.Result, color), Cell(c.Message));
        }

        return table;
    }

    public static IRenderable Plan(IReadOnlyList<PlanEntry> plan)
    {
        var table = Of("OBJECT", "CHANGE");
        foreach (var entry in plan)
        {
            table.AddRow(Cell(entry.Object), Cell(entry.Change));
        }

        return table;
    }

    public static IRenderable History(IReadOnlyList<HistoryEntry> history, DateTimeOffset now)
    {
        var table = Of("ENDED", "FROM", "TO", "RESULT", "TOOK", "REASON");
        foreach (var h in history)
        {
            table.AddRow(
                Cell(h.When is null ? null : $"{Ages.Of(h.When, now)} ago"), Cell(h.From), Cell(h.To), Cell(h.Result, h.Result == "Completed" ? Color.Green : Color.Yellow),
                Cell($"{Number(h.Seconds)} s"), Cell(h.Reason));
        }

        return table;
    }

    public static IRenderable Requests(IEnumerable<(string Request, string? Taken, string? Result)> requests)
    {
        var table = Of("REQUEST", "TAKEN UP", "RESULT");
        foreach (var (request, taken, result) in requests)
        {
            table.AddRow(Cell(request), taken is null ? Cell("not yet", Color.Yellow) : Cell(taken), Cell(result));
        }

        return table;
    }

    /// <summary>Text from the cluster; markup in it is text too.</summary>
    public static Text Cell(string? text, Color? color = null) =>
        new(string.IsNullOrEmpty(text) ? None : Screen.Clean(text), color is { } c ? new Style(c) : Style.Plain);

    /// <summary>A number as people read it.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Branch(int index, int count) => index == count - 1 ? "└── " : "├── ";

    /// <summary>Only the last column, which has sentences, is broken where the terminal ends.</summary>
    private static Table Of(params ReadOnlySpan<string> columns)
    {
        var table = new Table().NoBorder();
        for (var i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn(new Text(columns[i], new Style(decoration: Decoration.Bold))) { Padding = new Padding(0, 0, 3, 0) };
            column.NoWrap = i < columns.Length - 1;
            table.AddColumn(column);
        }

        return table;
    }
}
