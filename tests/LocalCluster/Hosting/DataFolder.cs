using System.Globalization;
using LocalCluster.Dependencies;

namespace LocalCluster.Hosting;

/// <summary>The cluster's folder, held by one process at a time.</summary>
public sealed class DataFolder : IDisposable
{
    private const string LockName = "lock";

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    /// <summary>Creates and locks the folder; unless <paramref name="keep"/> is set, empties it.</summary>
    /// <exception cref="ClusterException">Another cluster uses it, or it is not a cluster's folder.</exception>
    public static DataFolder Open(string path, bool keep)
    {
        var lockFile = System.IO.Path.Combine(path, LockName);
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any() && !File.Exists(lockFile))
        {
            throw new ClusterException($"{path} is not empty and was not made by a local cluster: choose another folder with --data.");
        }

        Directory.CreateDirectory(path);
        FileStream held;
        try
        {
            held = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (IOException e)
        {
            throw new ClusterException(
                $"Another local cluster (process {Owner(lockFile)}) uses {path}: end it with Ctrl-C, or choose another folder and addresses with --data and --block.", e);
        }

        if (!keep)
        {
            Empty(path);
        }

        held.SetLength(0);
        held.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        held.Flush();
        return new DataFolder(path, held);
    }

    /// <summary>A folder below, made when missing.</summary>
    public string Sub(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    public void Dispose() => _lock.Dispose();

    private static void Empty(string path)
    {
        foreach (var folder in Directory.GetDirectories(path))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var file in Directory.GetFiles(path).Where(f => System.IO.Path.GetFileName(f) != LockName))
        {
            File.Delete(file);
        }
    }

    private static string Owner(string lockFile)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(lockFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd().Trim();
        }
        catch (IOException)
        {
            return "unknown";
        }
    }
}
