using System.Text;
using System.Text.RegularExpressions;
using Kubernetes.Client.Serialization;
using Kubernetes.Operator.Manifests;
using Todo.Operator.Generation;
using Todo.Operator.Resource;
using Todo.Operator.Tests.Cluster;

namespace Todo.Operator.Tests.Generation;

/// <summary>docs/reference/dapr-resources.md shows what the golden files hold. Set UPDATE_GOLDEN=1 to write its blocks anew.</summary>
public sealed partial class ResourcesDocumentTests
{
    private static readonly string Document = Repository.Path("docs", "reference", "dapr-resources.md");

    [Fact]
    public void Every_block_is_the_golden_files()
    {
        var shown = File.ReadAllText(Document);
        var actual = Block().Replace(shown, found => $"{found.Groups["head"].Value}{Tail(found.Groups["golden"].Value, found.Groups["kind"].Value, found.Groups["name"].Value)}```");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(Document, actual, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        Assert.True(Block().Count(shown) > 10, "the blocks are found");
        Assert.Equal(actual, File.ReadAllText(Document));
    }

    [Fact]
    public void The_table_lists_every_object_and_no_other()
    {
        var listed = Row().Matches(File.ReadAllText(Document)).SelectMany(row => Name().Matches(row.Value)).Select(name => name.Groups[1].Value);
        var generated = Documents("sample").Select(document => $"{Field(document, "kind")} {Field(document, "  name")}");
        Assert.Equal(generated.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("todoplatform.yaml")]
    [InlineData("todoplatform-redis.yaml")]
    [InlineData("todoplatform-direct.yaml")]
    [InlineData("takeover/todoplatform.yaml")]
    public void Every_sample_generates_the_same(string sample)
    {
        var resource = Yaml.Read(Repository.Path(["samples", .. sample.Split('/')])).Single();
        var spec = KubernetesJson.Default.FromNode<TodoPlatformSpec>(resource["spec"]!);
        var context = new GenerationContext(spec, "default", "todo", "00000000-0000-0000-0000-000000000001");
        Assert.Equal(
            File.ReadAllText(Golden("sample")),
            YamlWriter.Write(DaprGenerator.Generate(context).Select(g => g.Manifest), "What a TodoPlatform generates (sample)."));
    }

    private static string Tail(string golden, string kind, string name)
    {
        var document = Documents(golden).Single(text => Field(text, "kind") == kind && Field(text, "  name") == name);
        return document[document.IndexOf("\nspec:\n", StringComparison.Ordinal)..].Trim('\n') + "\n";
    }

    private static string[] Documents(string golden) => File.ReadAllText(Golden(golden)).Split("\n---\n");

    private static string Golden(string name) => Repository.Path("tests", "Todo.Operator.Tests", "Generation", $"{name}.golden.yaml");

    private static string Field(string document, string name) =>
        document.Split('\n').First(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];

    [GeneratedRegex(@"(?<head><!-- (?<golden>\w+): (?<kind>\w+) (?<name>\S+) -->\n+```yaml\n).*?```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\| `.*$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Z][a-z]+ [a-z-]+)`")]
    private static partial Regex Name();
}
