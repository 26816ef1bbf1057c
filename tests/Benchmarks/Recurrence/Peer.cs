using System.Diagnostics;
using System.Globalization;

namespace Benchmarks.Recurrence;

/// <summary>The next occurrence in seconds since 1970, and what it cost.</summary>
internal sealed record PeerAnswer(long Next, double Microseconds);

/// <summary>Other implementations, each in a process of its own that is asked line by line.</summary>
internal static class Peer
{
    private const string RrulePackage = "rrule@2.8.1";

    public static Task<IReadOnlyList<PeerAnswer>> DateutilAsync(IEnumerable<string> questions, CancellationToken cancellationToken) =>
        AskAsync(new("/usr/bin/python3", [Script("dateutil_peer.py")]), questions, cancellationToken);

    /// <summary>Installed by npm into a folder that goes afterwards.</summary>
    public static async Task<IReadOnlyList<PeerAnswer>> RruleAsync(IEnumerable<string> questions, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("rrule-");
        try
        {
            await RunAsync(new("npm", ["install", "--prefix", folder.FullName, "--no-audit", "--no-fund", "--silent", RrulePackage]), "", cancellationToken);
            var node = new ProcessStartInfo("node", [Script("rrule_peer.js")]) { Environment = { ["NODE_PATH"] = Path.Combine(folder.FullName, "node_modules") } };
            return await AskAsync(node, questions, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Recurrence", name);

    private static async Task<IReadOnlyList<PeerAnswer>> AskAsync(ProcessStartInfo program, IEnumerable<string> questions, CancellationToken cancellationToken)
    {
        var output = await RunAsync(program, string.Join('\n', questions), cancellationToken);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .Select(x => new PeerAnswer(long.Parse(x[0], CultureInfo.InvariantCulture), double.Parse(x[1], CultureInfo.InvariantCulture)))];
    }

    private static async Task<string> RunAsync(ProcessStartInfo program, string input, CancellationToken cancellationToken)
    {
        (program.RedirectStandardInput, program.RedirectStandardOutput, program.RedirectStandardError) = (true, true, true);
        using var process = Process.Start(program)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program.FileName} ended with {process.ExitCode}: {await errors}. The peers are Debian's python3-dateutil, and Node.js with npm.");
    }
}
