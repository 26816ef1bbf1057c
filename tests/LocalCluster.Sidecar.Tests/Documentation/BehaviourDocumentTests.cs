using System.Text.RegularExpressions;

namespace LocalCluster.Sidecar.Tests.Documentation;

/// <summary><c>docs/reference/dapr-behaviour.md</c> names files and tests: they exist.</summary>
public sealed partial class BehaviourDocumentTests
{
    private static readonly string Root = Find(AppContext.BaseDirectory);
    private static readonly string[] Rows =
        [.. File.ReadAllLines(Path.Combine(Root, "docs", "reference", "dapr-behaviour.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Count(c => c == '|') == 5)];

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        foreach (var row in Rows)
        {
            // A project's name stands before the tests that are not of this one.
            var project = "LocalCluster.Sidecar.Tests";
            foreach (var found in NamedTest().Matches(Cell(row, 3)).Cast<Match>())
            {
                project = found.Groups["project"].Success ? found.Groups["project"].Value : project;
                if (found.Groups["class"].Success)
                {
                    var (type, method) = (found.Groups["class"].Value, found.Groups["method"].Value);
                    var sources = Directory.EnumerateFiles(Path.Combine(Root, "tests", project), type + ".cs", SearchOption.AllDirectories);
                    Assert.True(sources.Any(file => File.ReadAllText(file).Contains($" {method}(", StringComparison.Ordinal)), $"{project}: there is no {type}.{method}");
                }
            }
        }
    }

    [Fact]
    public void Every_file_that_is_named_exists()
    {
        foreach (var name in Rows.SelectMany(row => NamedFile().Matches(Cell(row, 2))).Select(found => found.Groups[1].Value))
        {
            string[] places = ["", "tests/LocalCluster/", "tests/LocalCluster/Sidecar/"];
            Assert.True(places.Any(place => File.Exists(Path.Combine(Root, place + name))), $"there is no {name}");
        }
    }

    [Fact]
    public void Every_behaviour_says_whether_it_was_seen_and_what_shows_it()
    {
        Assert.True(Rows.Length > 100, $"{Rows.Length} rows");
        Assert.All(
            Rows,
            row =>
            {
                Assert.Matches("^(proven|unproven|Dapr|---)", Cell(row, 4));
                Assert.Matches(@"^(\*\*none\*\*|`|[A-Z][A-Za-z.]+: `|shown by|---)", Cell(row, 3));
            });
    }

    private static string Cell(string row, int number) => row.Split('|')[number].Trim();

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Operator.sln")) ? folder : Find(Directory.GetParent(folder)?.FullName ?? throw new InvalidOperationException("No Operator.sln above the test."));

    [GeneratedRegex(@"(?<project>[A-Z][A-Za-z.]+\.Tests): |`(?<class>\w+Tests)\.(?<method>\w+)`")]
    private static partial Regex NamedTest();

    [GeneratedRegex(@"`([\w./]+\.cs)`")]
    private static partial Regex NamedFile();
}
