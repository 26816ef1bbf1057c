using System.Diagnostics;

namespace LocalCluster.Dependencies;

/// <summary>How root runs programs that refuse to run as root (PostgreSQL, PgBouncer).</summary>
public static class Unprivileged
{
    private const string Nobody = "65534";
    private static readonly string[] InUserNamespace = ["unshare", "--user", "--map-user=1000", "--map-group=1000"];

    // The folder may be below one that only root may enter.
    private static readonly string[] AsNobody =
        ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"];

    private static readonly Lazy<Task<bool>> HasUserNamespaces = new(async () => await RunAsync([.. InUserNamespace, "true"]) == 0);

    /// <summary>
    /// What to put before the program's command line; nothing when this is not root. A user namespace needs no account and no change of owner; many containers
    /// forbid them, and there the folder is given to <c>nobody</c>.
    /// </summary>
    /// <param name="folder">Where the program writes; exists.</param>
    public static async Task<IReadOnlyList<string>> WrapperAsync(string folder)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return [];
        }

        if (await HasUserNamespaces.Value)
        {
            return InUserNamespace;
        }

        return await RunAsync(["chown", "-R", $"{Nobody}:{Nobody}", folder]) == 0
            ? AsNobody
            : throw new ClusterException($"{folder} cannot be given to nobody, who has to run PostgreSQL here, because user namespaces are not permitted. Run as another user than root.");
    }

    private static async Task<int> RunAsync(string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
