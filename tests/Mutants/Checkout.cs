using System.Diagnostics;

namespace Mutants;

/// <summary>A copy of a checkout that was built, which may be broken at will.</summary>
internal sealed class Checkout : IDisposable
{
    private const string Output = "bin/Release/net10.0";
    private const string Kept = ".kept";

    private static readonly string[] Lenient = ["-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false"];

    // What is kept in version control, and beside it what was built.
    private const string Copy =
        "git ls-files -z | xargs -0 cp --parents -a -t \"$0\" && find . -type d \\( -name bin -o -name obj \\) -prune -exec cp --parents -a -t \"$0\" {} +";

    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan TestLimit = TimeSpan.FromMinutes(10);

    private readonly string _root = Directory.CreateTempSubdirectory("mutants-").FullName;

    public Checkout(string original) => Run("/bin/sh", ["-c", Copy, _root], original, BuildLimit);

    public string Path(string file) => System.IO.Path.Combine(_root, file);

    /// <summary>
    /// Builds the project of a file alone and puts it in the place of the one that the tests were built with. A mutant may leave code behind that an analyzer would object to.
    /// </summary>
    /// <returns>The compiler's complaints; null when it built.</returns>
    public string? Build(string file, string suite)
    {
        var project = ProjectOf(file);
        var (status, output) = Run(
            "dotnet", ["build", project, "-c", "Release", "-nologo", "-v", "quiet", "-clp:NoSummary", "--no-restore", "-p:BuildProjectReferences=false", .. Lenient], _root, BuildLimit);
        if (status != 0)
        {
            return string.Join('\n', output.Split('\n').Where(x => x.Contains("error", StringComparison.Ordinal)).Distinct().Take(5));
        }

        var library = LibraryOf(project, suite);
        if (!File.Exists(library + Kept))
        {
            File.Copy(library, library + Kept);
        }

        File.Copy(Path($"{System.IO.Path.GetDirectoryName(project)}/{Output}/{System.IO.Path.GetFileName(library)}"), library, overwrite: true);
        return null;
    }

    /// <summary>Puts the library back that the tests were built with: the next mutant may be of another one.</summary>
    public void Restore(string file, string suite)
    {
        var library = LibraryOf(ProjectOf(file), suite);
        if (File.Exists(library + Kept))
        {
            File.Copy(library + Kept, library, overwrite: true);
        }
    }

    /// <returns>The exit code, 0 when all tests passed, and the names of those that failed before the run was stopped.</returns>
    public (int Status, IReadOnlyList<string> Failed) Test(string suite, IReadOnlyList<string> classes)
    {
        var filters = classes.SelectMany(x => (string[])["--filter-class", x]);
        var (status, output) = Run(Path($"{FolderOf(suite)}/{suite}"), ["--no-ansi", "--no-progress", "--stop-on-fail", "on", .. filters], _root, TestLimit);
        var failed = output.Split('\n').Where(x => x.StartsWith("failed ", StringComparison.Ordinal)).Select(x => x["failed ".Length..x.LastIndexOf(" (", StringComparison.Ordinal)]);
        return (status, [.. failed]);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static string FolderOf(string suite) => $"tests/{suite}/{Output}";

    private string LibraryOf(string project, string suite) => Path($"{FolderOf(suite)}/{System.IO.Path.GetFileNameWithoutExtension(project)}.dll");

    /// <summary>The project file in the nearest folder above a file.</summary>
    private string ProjectOf(string file)
    {
        for (var folder = System.IO.Path.GetDirectoryName(file); folder is { Length: > 0 }; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (Directory.GetFiles(Path(folder), "*.csproj") is [var project])
            {
                return System.IO.Path.GetRelativePath(_root, project);
            }
        }

        throw new InvalidDataException($"{file} belongs to no project.");
    }

    private static (int Status, string Output) Run(string program, IReadOnlyList<string> arguments, string folder, TimeSpan limit)
    {
        var start = new ProcessStartInfo("timeout", ["--kill-after=20s", $"{limit.TotalSeconds}s", program, .. arguments])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }
}
