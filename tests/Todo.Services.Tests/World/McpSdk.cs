using System.ComponentModel;
using System.Diagnostics;

namespace Todo.Services.Tests.World;

/// <summary>
/// The public MCP client, @modelcontextprotocol/sdk. npm fetches it into the output folder, once, as the lock file says. Tests that need it are skipped, visibly, where node,
/// npm or the registry is not there.
/// </summary>
internal static class McpSdk
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(60);
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "mcp-sdk");

    /// <summary>Runs a script to its end: what it printed.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        if (await InstallAsync() is { } reason)
        {
            Assert.Skip($"needs @modelcontextprotocol/sdk: {reason}");
        }

        var (code, output, errors) = await RunAsync("node", [script, .. arguments], RunLimit);
        Assert.True(code == 0, errors);
        return output;
    }

    /// <returns>Why it cannot be used; null when it can.</returns>
    private static async Task<string?> InstallAsync()
    {
        // npm writes this file last.
        if (File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json")))
        {
            return null;
        }

        try
        {
            var (code, output, errors) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], InstallLimit);
            return code == 0 ? null : $"npm ci: {errors}{output}";
        }
        catch (Win32Exception)
        {
            return "node and npm are not installed";
        }
        catch (TimeoutException)
        {
            return $"npm ci did not end within {InstallLimit.TotalSeconds:0} s";
        }
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string program, string[] arguments, TimeSpan limit)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(limit);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
