using System.Text;

namespace Todo.Contracts.Tests.Schemas;

/// <summary>docs/reference/events is what the records say. <c>make manifests</c> (UPDATE_GOLDEN=1) writes it anew; read the difference.</summary>
public sealed class SchemaFileTests
{
    private static readonly string Folder = Path.Combine(Root(AppContext.BaseDirectory), "docs", "reference", "events");

    private static readonly IReadOnlyDictionary<string, string> Expected =
        EventCatalog.All.ToDictionary(EventIndex.FileOf, SchemaGenerator.Generate).Append(new("README.md", EventIndex.Generate())).ToDictionary();

    public static TheoryData<string> Files() => [.. Expected.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_is_what_the_records_say(string name)
    {
        var path = Path.Combine(Folder, name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(path, Expected[name], new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        Assert.Equal(Expected[name], File.ReadAllText(path));
    }

    [Fact]
    public void There_is_no_file_of_a_type_that_is_gone() =>
        Assert.Empty(Directory.EnumerateFiles(Folder).Select(x => Path.GetFileName(x)).Except(Expected.Keys));

    private static string Root(string folder) =>
        File.Exists(Path.Combine(folder, "Operator.sln")) ? folder : Root(Directory.GetParent(folder)?.FullName ?? throw new InvalidOperationException("No Operator.sln above the test."));
}
