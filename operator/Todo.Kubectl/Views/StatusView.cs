using Kubernetes.Client.Entities;
using Spectre.Console;
using Spectre.Console.Rendering;
using Todo.Kubectl.Reports;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Views;

/// <summary>A platform on one screen. What has nothing to say is left out.</summary>
internal static class StatusView
{
    private const int LastMoves = 3;

    /// <summary>Where it stands, in one line.</summary>
    public static string Line(V1Alpha1TodoPlatform platform) => platform.Status is not { } status
        ? "The operator has not looked at it yet."
        : $"{(Outcomes.IsCurrent(platform) ? string.Empty : $"(of generation {status.ObservedGeneration}, now {platform.Generation()}) ")}{status.Phase} {status.Stage} {status.Progress} {status.Message}";

    public static IRenderable Of(V1Alpha1TodoPlatform platform, DateTimeOffset now)
    {
        var report = PlatformReport.Of(platform);
        return new Rows(Separated(Parts(report, now)));
    }

    private static IEnumerable<IRenderable> Parts(PlatformReport report, DateTimeOffset now)
    {
        yield return Head(report, now);
        if (report.Status is not { } status)
        {
            yield break;
        }

        if (status.Services is { Count: > 0 } services)
        {
            yield return Tables.Services(services);
        }

        if (status.Transports is { Count: > 0 } transports)
        {
            yield return Tables.Transports(transports);
        }

        if (status.Analysis is { } analysis && (analysis.Baseline ?? analysis.Current) is not null)
        {
            yield return new Rows(Tables.Analysis(analysis), new Text(Screen.Clean($"Verdict: {analysis.Verdict}. {analysis.Message}").TrimEnd()));
        }

        if (report.Conditions.Count > 0)
        {
            yield return Tables.Conditions(report.Conditions, now);
        }

        if (report.Checks.Count > 0)
        {
            yield return Tables.Checks(report.Checks);
        }

        List<(string, string?, string?)> requests =
        [
            .. report.Requests.Select(r => (r.Request, (string?)null, (string?)null)),
            .. (status.Acknowledged ?? []).Select(a => (a.Request, (string?)$"{Ages.Of(a.At, now)} ago", a.Result)),
        ];
        if (requests.Count > 0)
        {
            yield return Tables.Requests(requests);
        }

        if (status.History is { Count: > 0 } history)
        {
            yield return Tables.History([.. history.TakeLast(LastMoves)], now);
        }
    }

    private static Grid Head(PlatformReport report, DateTimeOffset now)
    {
        var grid = new Grid().AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 3, 0) }).AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        Add(grid, "Platform:", $"{report.Namespace}/{report.Name}");
        Add(grid, "Wanted:", report.UseDapr ? $"{report.Broker} through Dapr" : $"{report.Broker} by the services' own client");
        if (report.Status is not { } status)
        {
            Add(grid, "Phase:", "The operator has not looked at it yet.");
            return grid;
        }

        if (status.ObservedGeneration != report.Generation)
        {
            Add(grid, "Attention:", $"This is about generation {status.ObservedGeneration}; the operator has not looked at generation {report.Generation} yet.", Color.Yellow);
        }

        Add(grid, "Phase:", status.Phase, ColorOf(report.Outcome));
        Add(grid, "Stage:", $"{status.Stage} {status.Progress}".Trim());
        Add(grid, "Message:", status.Message);
        if (status.Move is { Epoch: > 0 } move)
        {
            Add(grid, "Move:", Describe(move, now));
            if (move is { Step: { } step, FinishedAt: null })
            {
                Add(grid, "Step:", $"{step}, since {Ages.Of(move.StepSince, now)}");
            }

            if (move.Failure is { } failure)
            {
                Add(grid, "Given up:", $"generation {failure.Generation}, {Ages.Of(failure.At, now)} ago, {failure.Reason}: {failure.Message}", Color.Red);
            }
        }

        return grid;
    }

    private static string Describe(MoveStatus move, DateTimeOffset now) =>
        $"{move.From ?? "?"} → {move.Target ?? "?"}, epoch {move.Epoch}, {move.Reason}, begun {Ages.Of(move.StartedAt, now)} ago"
        + (move.FinishedAt is { } finished ? $", finished {Ages.Of(finished, now)} ago" : ", under way");

    private static void Add(Grid grid, string name, string? value, Color? color = null) => grid.AddRow(Tables.Cell(name), Tables.Cell(value, color));

    private static Color? ColorOf(Outcome outcome) => outcome switch
    {
        Outcome.Migrated => Color.Green,
        Outcome.UnderWay => Color.Blue,
        Outcome.Paused => Color.Yellow,
        _ => Color.Red,
    };

    private static IEnumerable<IRenderable> Separated(IEnumerable<IRenderable> parts)
    {
        var isFirst = true;
        foreach (var part in parts)
        {
            if (!isFirst)
            {
                yield return new Text(" ");
            }

            isFirst = false;
            yield return part;
        }
    }
}
