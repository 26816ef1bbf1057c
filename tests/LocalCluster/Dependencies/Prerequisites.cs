using System.Diagnostics;
using System.Text.Json;

namespace LocalCluster.Dependencies;

/// <summary>What must be on the machine, and free, before anything is started. Each refusal says what to do.</summary>
public static class Prerequisites
{
    private const int OldestKubectlMinor = 27;

    /// <summary>Every missing program, in one message.</summary>
    public static void CheckPrograms()
    {
        List<string> missing = [];
        foreach (var (program, package) in new[] { ("setpriv", "util-linux"), ("unshare", "util-linux"), ("redis-server", "redis-server") })
        {
            if (Find(program) is null)
            {
                missing.Add($"{program} (Debian: apt-get install {package})");
            }
        }

        if (PostgreSqlFolder() is null)
        {
            missing.Add("PostgreSQL 13 or newer (Debian: apt-get install postgresql)");
        }

        if (missing.Count > 0)
        {
            throw new ClusterException($"Missing on this machine: {string.Join("; ", missing)}. `make dependencies` installs them.");
        }
    }

    /// <summary>kubectl 1.27 or newer must be on the PATH.</summary>
    public static async Task CheckKubectlAsync(CancellationToken cancellationToken)
    {
        const string remedy = "Get one from https://kubernetes.io/docs/tasks/tools/ and put it on the PATH.";
        if (Find("kubectl") is null)
        {
            throw new ClusterException($"kubectl is missing; 1.{OldestKubectlMinor} or newer is needed. {remedy}");
        }

        using var process = Process.Start(new ProcessStartInfo("kubectl", ["version", "--client", "--output=json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var version = ReadVersion(output);
        if (version is null)
        {
            throw new ClusterException($"kubectl does not tell its version (`kubectl version --client --output=json` ended with {process.ExitCode}). {remedy}");
        }

        if (version < OldestKubectlMinor)
        {
            throw new ClusterException($"kubectl is 1.{version}; 1.{OldestKubectlMinor} or newer is needed. {remedy}");
        }
    }

    /// <summary>Minor version in the answer of <c>kubectl version</c>, or null.</summary>
    public static int? ReadVersion(string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var text = document.RootElement.GetProperty("clientVersion").GetProperty("gitVersion").GetString() ?? "";
            var parts = text.TrimStart('v').Split('.');
            return parts.Length >= 2 && parts[0] == "1" && int.TryParse(parts[1], out var minor) ? minor : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Full path of a program on the PATH, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Debian keeps the server's programs in a folder per version, not on the PATH.</summary>
    public static string? PostgreSqlFolder()
    {
        const string root = "/usr/lib/postgresql";
        return Directory.Exists(root)
            ? Directory.GetDirectories(root).OrderByDescending(f => int.TryParse(Path.GetFileName(f), out var v) ? v : 0)
                .Select(f => Path.Combine(f, "bin")).FirstOrDefault(f => File.Exists(Path.Combine(f, "initdb")))
            : null;
    }
}
