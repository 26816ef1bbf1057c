using System.Globalization;
using System.Reflection;

namespace Todo.Messaging.Schema;

/// <summary>
/// Numbered SQL files embedded in an assembly, e.g. <c>&lt;EmbeddedResource Include="Schema/*.sql" LogicalName="backend/%(Filename)%(Extension)" /&gt;</c>
/// with <c>new MigrationSet("backend", typeof(Program).Assembly, "backend/")</c>. A file is named <c>0001_what.sql</c>; one that was released is never edited.
/// </summary>
/// <param name="Name">Name in the table of applied migrations; services that share tables share the set's name.</param>
/// <param name="Assembly">Where the files are embedded.</param>
/// <param name="Prefix">What the resources' names start with.</param>
public sealed record MigrationSet(string Name, Assembly Assembly, string Prefix)
{
    /// <summary>All migrations of the set in the order of their numbers.</summary>
    public IReadOnlyList<Migration> Read()
    {
        var migrations = Assembly.GetManifestResourceNames()
            .Where(x => x.StartsWith(Prefix, StringComparison.Ordinal) && x.EndsWith(".sql", StringComparison.Ordinal))
            .Select(Read)
            .OrderBy(x => x.Number)
            .ToList();
        if (migrations.Count == 0)
        {
            throw new InvalidOperationException($"Assembly {Assembly.GetName().Name} has no embedded SQL whose name starts with '{Prefix}'.");
        }

        return migrations.Zip(migrations.Skip(1)).FirstOrDefault(x => x.First.Number == x.Second.Number) is { First: { } twice }
            ? throw new InvalidOperationException($"Two migrations of set '{Name}' have the number {twice.Number}.")
            : migrations;
    }

    private Migration Read(string resource)
    {
        var name = resource[Prefix.Length..^".sql".Length];
        var digits = name.TakeWhile(char.IsAsciiDigit).Count();
        if (digits == 0)
        {
            throw new InvalidOperationException($"Migration '{resource}' does not start with a number after '{Prefix}'.");
        }

        using var reader = new StreamReader(Assembly.GetManifestResourceStream(resource)!);
        return new(int.Parse(name.AsSpan(0, digits), CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }
}

/// <summary>One SQL file.</summary>
public sealed record Migration(int Number, string Name, string Sql);
