using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Todo.Operator.Tests.Cluster;

namespace Todo.Operator.Tests.Telemetry;

/// <summary>Alerts and dashboard of config/monitoring ask for metrics and labels that there are.</summary>
public sealed partial class MonitoringTests(TestBackends backends) : ClusterTest(backends)
{
    // Made by Prometheus itself, or added to each series when it is scraped.
    private static readonly string[] OfTheTarget = ["job", "namespace", "pod", "instance", "container"];

    private static readonly string[] Files = ["operator-monitor", "operator-rules", "services-monitor", "services-rules"];

    [Fact]
    public async Task Every_metric_and_label_that_is_asked_for_exists()
    {
        var known = Documented();
        known["up"] = [];
        await MigratedAsync();
        var figures = Figures();
        foreach (var (name, labels) in Scraped(Cluster.Metrics()))
        {
            // What has not been counted yet shows no labels.
            known[name] = labels.Count == 0 ? figures.GetValueOrDefault(name) ?? [] : labels;
        }

        Assert.Equal(figures.Keys.Order(StringComparer.Ordinal), known.Keys.Where(n => n.StartsWith("todoplatform_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(figures, f => Assert.Equal(f.Value.Order(StringComparer.Ordinal), known[f.Key].Where(l => l != "le").Order(StringComparer.Ordinal)));
        var queries = Alerts().Select(a => (Where: (string)a["alert"]!, Query: (string)a["expr"]!)).Concat(Panels()).ToList();
        Assert.True(queries.Count > 30);
        Assert.Equal([], queries.SelectMany(q => Unknown(q.Query, known).Select(u => $"{q.Where}: {u}")));
    }

    [Theory]
    [InlineData("rate(todo_no_such_total[5m])", "todo_no_such_total")]
    [InlineData("sum by (colour) (workqueue_depth)", "by colour")]
    [InlineData("""workqueue_depth{colour="red"} > 1""", "workqueue_depth{colour}")]
    [InlineData("""absent(workqueue_depth{name="a"} == 1) and on (name) up{job="x"} > 1e3""", "")]
    public void What_does_not_exist_is_found(string query, string expected) =>
        Assert.Equal(expected, string.Join(' ', Unknown(query, new() { ["workqueue_depth"] = ["name"], ["up"] = [] })));

    [Fact]
    public void Every_alert_says_what_it_means_and_what_to_do()
    {
        var alerts = Alerts().ToList();
        Assert.All(alerts, a =>
        {
            Assert.Contains((string)a["labels"]!["severity"]!, (string[])["critical", "warning", "info"]);
            Assert.All((string[])["summary", "description", "runbook"], n => Assert.False(string.IsNullOrWhiteSpace((string?)a["annotations"]?[n]), $"{a["alert"]} has no {n}."));
        });
        Assert.Equal(alerts.Count, alerts.Select(a => (string)a["alert"]!).Distinct().Count());
    }

    [Fact]
    public async Task Kustomize_makes_of_it_what_Prometheus_and_Grafana_look_for()
    {
        var start = new ProcessStartInfo("kubectl", ["kustomize", Repository.Path("config", "monitoring")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (process.ExitCode, await errors));
        Assert.Equal(
            ["ConfigMap/todoplatform-dashboard", "PodMonitor/todo-services", "PrometheusRule/todo-operator", "PrometheusRule/todo-services", "Service/todo-operator", "ServiceMonitor/todo-operator"],
            Kinds().Matches(text).Select(m => m.Groups["kind"].Value).Zip(Names().Matches(text).Select(m => m.Groups["name"].Value), (k, n) => $"{k}/{n}").Order(StringComparer.Ordinal));
        Assert.DoesNotContain("namespace: default", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Monitors_find_the_ports_and_labels_that_the_manifests_have()
    {
        var manager = Yaml.Read(Repository.Path("config", "manager", "manager.yaml")).Single();
        var service = Documents().First(d => (string?)d["kind"] == "Service");
        var labels = manager["spec"]!["template"]!["metadata"]!["labels"]!;
        Assert.All(service["spec"]!["selector"]!.AsObject(), l => Assert.Equal((string?)l.Value, (string?)labels[l.Key]));
        Assert.Contains(manager["spec"]!["template"]!["spec"]!["containers"]![0]!["ports"]!.AsArray(), p => (string?)p!["name"] == (string?)service["spec"]!["ports"]![0]!["targetPort"]);

        var pods = Documents().First(d => (string?)d["kind"] == "PodMonitor")["spec"]!;
        foreach (var file in (string[])["backend", "notification", "email-delivery", "recurring-task"])
        {
            var template = Yaml.Read(Repository.Path("config", "services", file + ".yaml")).First(d => (string?)d["kind"] == "Deployment")["spec"]!["template"]!;
            Assert.All(pods["selector"]!["matchLabels"]!.AsObject(), l => Assert.Equal((string?)l.Value, (string?)template["metadata"]!["labels"]![l.Key]));
            Assert.Contains(template["spec"]!["containers"]![0]!["ports"]!.AsArray(), p => (string?)p!["name"] == (string?)pods["podMetricsEndpoints"]![0]!["port"]);
        }
    }

    private static IEnumerable<string> Unknown(string query, Dictionary<string, HashSet<string>> known)
    {
        var all = new HashSet<string>(OfTheTarget, StringComparer.Ordinal) { "le" };
        foreach (var (metric, labels) in PromQl.Selectors(query))
        {
            var family = Suffix().Replace(metric, "");
            var found = known.GetValueOrDefault(metric) ?? known.GetValueOrDefault(family)
                ?? known.Where(k => k.Key.EndsWith('*') && metric.StartsWith(k.Key[..^1], StringComparison.Ordinal)).Select(k => k.Value).FirstOrDefault();
            if (found is null)
            {
                yield return metric;
                continue;
            }

            all.UnionWith(found);
            foreach (var label in labels.Where(l => !found.Contains(l) && !OfTheTarget.Contains(l)))
            {
                yield return $"{metric}{{{label}}}";
            }
        }

        foreach (var label in PromQl.Grouping(query).Where(l => !all.Contains(l)))
        {
            yield return $"by {label}";
        }
    }

    /// <summary>The services' metrics: another test compares this page with what they show.</summary>
    private static Dictionary<string, HashSet<string>> Documented() => Rows().Matches(File.ReadAllText(Repository.Path("docs", "reference", "metrics.md")))
        .ToDictionary(r => r.Groups["name"].Value, r => Ticked().Matches(r.Groups["labels"].Value).Select(l => l.Groups[1].Value).ToHashSet());

    /// <summary>The operator's own, by its page.</summary>
    private static Dictionary<string, HashSet<string>> Figures() => FigureRows().Matches(File.ReadAllText(Repository.Path("docs", "reference", "operating.md")))
        .ToDictionary(r => r.Groups["name"].Value, r => r.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet());

    /// <summary>Name and labels of every series of a scrape; a family without a series is there by its name.</summary>
    private static Dictionary<string, HashSet<string>> Scraped(string text)
    {
        var found = Types().Matches(text).ToDictionary(m => m.Groups["name"].Value, _ => new HashSet<string>(StringComparer.Ordinal));
        foreach (Match sample in Samples().Matches(text))
        {
            var name = sample.Groups["name"].Value;
            (found.GetValueOrDefault(name) ?? found[Suffix().Replace(name, "")]).UnionWith(sample.Groups["label"].Captures.Select(c => c.Value));
        }

        return found;
    }

    private static IEnumerable<JsonObject> Documents() => Files.SelectMany(f => Yaml.Read(Repository.Path("config", "monitoring", f + ".yaml")));

    private static IEnumerable<JsonNode> Alerts() => Documents().Where(d => (string?)d["kind"] == "PrometheusRule")
        .SelectMany(d => d["spec"]!["groups"]!.AsArray()).SelectMany(g => g!["rules"]!.AsArray()).Select(r => r!);

    private static IEnumerable<(string Where, string Query)> Panels()
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(Repository.Path("config", "monitoring", "dashboard.json")))!;
        return dashboard["panels"]!.AsArray().SelectMany(p => (p!["targets"]?.AsArray() ?? []).Select(t => ((string)p["title"]!, (string)t!["expr"]!)))
            .Concat(dashboard["annotations"]!["list"]!.AsArray().Select(a => ((string)a!["name"]!, (string)a["expr"]!)));
    }

    [GeneratedRegex(@"^\| `(?<name>[a-z_*]+)` \|[^|]*\|(?<labels>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"^\| `(?<name>todoplatform_[a-z_]+)` \|(?<labels>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex FigureRows();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Ticked();

    [GeneratedRegex(@"^# TYPE (?<name>\w+) \w+$", RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex("""^(?<name>\w+)(\{((?<label>\w+)="(\\.|[^"\\])*",?)*\})? """, RegexOptions.Multiline)]
    private static partial Regex Samples();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex("^kind: (?<kind>.*)$", RegexOptions.Multiline)]
    private static partial Regex Kinds();

    [GeneratedRegex("^metadata:\n(  .*\n)*?  name: (?<name>.*)$", RegexOptions.Multiline)]
    private static partial Regex Names();
}
