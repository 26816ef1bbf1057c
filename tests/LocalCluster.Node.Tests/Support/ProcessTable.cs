namespace LocalCluster.Node.Tests.Support;

/// <summary>What the kernel knows.</summary>
public static class ProcessTable
{
    /// <summary>Whether the process exists and is not just waiting to be reaped.</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }
}
