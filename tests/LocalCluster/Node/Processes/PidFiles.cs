using System.Globalization;
using System.Runtime.InteropServices;

namespace LocalCluster.Node.Processes;

/// <summary>
/// One file per running process group, so that the next start can end what a killed parent left behind: children of a container's own
/// that the kernel's parent-death signal does not reach.
/// </summary>
internal sealed class PidFiles(string folder)
{
    /// <summary>Notes that a session leader runs.</summary>
    public void Write(int pid) => File.WriteAllText(Path.Combine(folder, pid.ToString(CultureInfo.InvariantCulture)), "");

    /// <summary>Takes the note back.</summary>
    public void Remove(int pid) => File.Delete(Path.Combine(folder, pid.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Makes the folder and kills every process that belongs to a noted session and works below <paramref name="dataDirectory"/>.</summary>
    /// <returns>How many were killed.</returns>
    public int CleanUp(string dataDirectory)
    {
        Directory.CreateDirectory(folder);
        var noted = Directory.GetFiles(folder).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        if (noted.Count == 0)
        {
            return 0;
        }

        var killed = 0;
        foreach (var entry in Directory.GetDirectories("/proc"))
        {
            // A pid may have been given to a stranger since: only one that works in a folder of this cluster is ours.
            if (int.TryParse(Path.GetFileName(entry), out var pid)
                && Session(entry) is { } session && noted.Contains(session)
                && WorksBelow(entry, dataDirectory)
                && kill(pid, (int)Signal.Kill) == 0)
            {
                killed++;
            }
        }

        foreach (var file in Directory.GetFiles(folder))
        {
            File.Delete(file);
        }

        return killed;
    }

    private static string? Session(string entry)
    {
        try
        {
            // pid (name) state ppid pgrp session: the name may contain anything, so read from its last parenthesis.
            var text = File.ReadAllText(Path.Combine(entry, "stat"));
            return text[(text.LastIndexOf(')') + 2)..].Split(' ')[3];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool WorksBelow(string entry, string dataDirectory)
    {
        try
        {
            return File.ResolveLinkTarget(Path.Combine(entry, "cwd"), returnFinalTarget: false)?.FullName.StartsWith(dataDirectory, StringComparison.Ordinal) ?? false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
