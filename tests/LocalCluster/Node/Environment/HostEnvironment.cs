using System.Collections;

namespace LocalCluster.Node.Environment;

/// <summary>The few variables a container takes over from the process that runs it.</summary>
internal static class HostEnvironment
{
    private static readonly string[] Names = ["PATH", "HOME", "TMPDIR"];

    public static Dictionary<string, string> Inherited() =>
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => (Name: (string)entry.Key, Value: (string?)entry.Value ?? ""))
            .Where(entry => Names.Contains(entry.Name, StringComparer.Ordinal) || entry.Name.StartsWith("DOTNET_", StringComparison.Ordinal))
            .ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
}
