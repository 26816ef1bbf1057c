using System.Text;

namespace LocalCluster.Node.Injection;

/// <summary>The folder one sidecar reads its resources from.</summary>
internal sealed class DaprFolder : IDisposable
{
    private readonly DaprFolders _owner;

    public DaprFolder(DaprFolders owner, string ns, string appId, string? configuration, string path)
    {
        (_owner, Namespace, AppId, Configuration) = (owner, ns, appId, configuration);
        ResourcesPath = Directory.CreateDirectory(Path.Combine(path, "resources")).FullName;
        ConfigPath = Path.Combine(path, "config.yaml");
    }

    public string Namespace { get; }

    public string AppId { get; }

    /// <summary>Name of the Configuration asked for, or null.</summary>
    public string? Configuration { get; }

    public string ResourcesPath { get; }

    public string ConfigPath { get; }

    /// <summary>Why a sidecar can't start now: a Component of the namespace refers to a Secret that is not there.</summary>
    public string? Problem => _owner.ProblemOf(Namespace);

    /// <summary>
    /// Makes the folder hold exactly these files, except those whose names start with <paramref name="frozen"/> (null: none). Only what
    /// differs is written, under another name first, so that a watcher never sees half a file and no change where there is none.
    /// </summary>
    public void Write(IReadOnlyDictionary<string, string> files, string? frozen, string? configuration)
    {
        bool Frozen(string name) => frozen is not null && name.StartsWith(frozen, StringComparison.Ordinal);
        foreach (var (name, content) in files.Where(file => !Frozen(file.Key)))
        {
            WriteFile(Path.Combine(ResourcesPath, name), content);
        }

        foreach (var path in Directory.GetFiles(ResourcesPath, "*.yaml"))
        {
            var name = Path.GetFileName(path);
            if (!files.ContainsKey(name) && !Frozen(name))
            {
                File.Delete(path);
            }
        }

        if (configuration is not null)
        {
            WriteFile(ConfigPath, configuration);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _owner.Close(this);

    private static void WriteFile(string path, string content)
    {
        if (File.Exists(path) && File.ReadAllText(path) == content)
        {
            return;
        }

        // Outside the folder that is watched, on the same file system.
        var temporary = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(path)!)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        File.WriteAllText(temporary, content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(temporary, path, overwrite: true);
    }
}
