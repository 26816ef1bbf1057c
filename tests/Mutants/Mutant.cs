using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mutants;

/// <summary>One change of the product that its tests must not let pass.</summary>
/// <param name="Name">What is broken.</param>
/// <param name="File">Where, from the root of the checkout.</param>
/// <param name="Find">Lines that must be there exactly once.</param>
/// <param name="Replace">What stands there in the mutant.</param>
/// <param name="Tests">Test classes that are run against it, as <c>--filter-class</c> takes them.</param>
/// <param name="Suite">The test program that they are in.</param>
internal sealed record Mutant(string Name, string File, IReadOnlyList<string> Find, IReadOnlyList<string> Replace, IReadOnlyList<string> Tests, string Suite = "Todo.Messaging.Tests")
{
    public static IReadOnlyList<Mutant> ReadAll(string path) =>
        JsonSerializer.Deserialize(System.IO.File.ReadAllText(path), MutantJson.Default.ListMutant) ?? throw new InvalidDataException(path);

    /// <returns>The file's mutated text, or null when what is to be replaced is not there exactly once.</returns>
    public string? Apply(string text)
    {
        var find = string.Join('\n', Find);
        var at = text.IndexOf(find, StringComparison.Ordinal);
        return at < 0 || text.IndexOf(find, at + 1, StringComparison.Ordinal) >= 0
            ? null
            : string.Concat(text.AsSpan(0, at), string.Join('\n', Replace), text.AsSpan(at + find.Length));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<Mutant>))]
internal sealed partial class MutantJson : JsonSerializerContext;
