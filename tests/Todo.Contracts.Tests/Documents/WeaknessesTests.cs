using System.Text.RegularExpressions;

namespace Todo.Contracts.Tests.Documents;

/// <summary>docs/weaknesses.md names tests and files: each of them exists.</summary>
public sealed partial class WeaknessesTests
{
    private static readonly string Root = RootOf(AppContext.BaseDirectory);

    private static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "weaknesses.md"));

    [Fact]
    public void Every_test_that_it_names_exists()
    {
        var tests = TestsByClass();
        var named = TestName().Matches(Page).Select(name => (Class: name.Groups[1].Value, Method: name.Groups[2].Value)).Distinct().ToList();
        Assert.True(named.Count > 100, $"only {named.Count} names were found");
        Assert.DoesNotContain(named, name =>
        {
            // A star stands for the classes of all transports.
            var classes = tests.Keys.Where(x => Regex.IsMatch(x, $"^{name.Class.Replace("*", ".*", StringComparison.Ordinal)}$")).ToList();
            return classes.Count == 0 || !classes.TrueForAll(x => tests[x].Contains(name.Method));
        });
    }

    [Fact]
    public void Every_file_that_it_links_exists() =>
        Assert.DoesNotContain(Link().Matches(Page).Select(link => link.Groups[1].Value), file => !File.Exists(Path.Combine(Root, "docs", file)));

    [Fact]
    public void Every_weakness_is_there_once()
    {
        var rows = Row().Matches(Page).Select(row => row.Groups[1].Value).ToList();
        Assert.Equal(rows.Distinct(), rows);
        Assert.Equal(89, rows.Count);
    }

    /// <summary>Names of tests by class, those of its base classes included. From the source: the classes are in many programs.</summary>
    private static Dictionary<string, HashSet<string>> TestsByClass()
    {
        var own = new Dictionary<string, (string Base, HashSet<string> Tests)>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal)))
        {
            var text = File.ReadAllText(file);
            var classes = Class().Matches(text);
            for (var n = 0; n < classes.Count; n++)
            {
                var end = n + 1 < classes.Count ? classes[n + 1].Index : text.Length;
                var (_, tests) = own.GetValueOrDefault(classes[n].Groups[1].Value, ("", []));
                tests.UnionWith(Test().Matches(text[classes[n].Index..end]).Select(test => test.Groups[1].Value));
                own[classes[n].Groups[1].Value] = (classes[n].Groups[2].Value, tests);
            }
        }

        var all = own.ToDictionary(x => x.Key, x => WithBases(x.Key));
        return all.Where(x => x.Value.Count > 0).ToDictionary();

        HashSet<string> WithBases(string name) => own.TryGetValue(name, out var x) ? [.. x.Tests, .. WithBases(x.Base)] : [];
    }

    private static string RootOf(string folder) =>
        File.Exists(Path.Combine(folder, "Operator.sln")) ? folder : RootOf(Directory.GetParent(folder)?.FullName ?? throw new InvalidOperationException("No Operator.sln above the test."));

    [GeneratedRegex(@"`([A-Z]\w*\*?)\.(\w+_\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"\]\(([^)#:]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\| (W-\d\d[a-c]?) ", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^[ \t]*(?:\w+ )*class (\w+)(?:\([^)]*\))?(?:\s*:\s*(\w+))?", RegexOptions.Multiline)]
    private static partial Regex Class();

    [GeneratedRegex(@"\[\w*(?:Fact|Theory|Property)\b.*?\b(?:public|internal) (?:static |async |override )*[\w<>]+ (\w+)\(", RegexOptions.Singleline)]
    private static partial Regex Test();
}
