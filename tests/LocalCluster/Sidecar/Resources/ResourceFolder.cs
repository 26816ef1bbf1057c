using LocalCluster.Sidecar.CommandLine;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LocalCluster.Sidecar.Resources;

/// <summary>The folders of <c>--resources-path</c> and the files of <c>--config</c>: read on demand, watched for changes.</summary>
internal sealed partial class ResourceFolder : IDisposable
{
    private readonly DaprdOptions _options;
    private readonly ILogger _log;
    private readonly List<FileSystemWatcher> _watchers = [];

    public ResourceFolder(DaprdOptions options, ILogger log)
    {
        _options = options;
        _log = log;
    }

    /// <summary>Reads everything that is in the scope of this app. A file that is not YAML is reported and skipped.</summary>
    public ResourceSet Load()
    {
        var components = new List<ComponentSpec>();
        var subscriptions = new List<SubscriptionSpec>();
        var resiliencies = new List<ResiliencySpec>();
        foreach (var document in Folders().SelectMany(Documents))
        {
            switch (ResourceReader.Kind(document))
            {
                case "Component":
                    components.Add(ResourceReader.Component(document, _options.AppId, _options.Namespace));
                    break;
                case "Subscription":
                    subscriptions.Add(ResourceReader.Subscription(document));
                    break;
                case "Resiliency":
                    resiliencies.Add(ResourceReader.Resiliency(document));
                    break;
            }
        }

        var configurations = _options.ConfigFiles.SelectMany(Documents)
            .Where(document => ResourceReader.Kind(document) == "Configuration").ToList();
        return new ResourceSet(
            [.. components.Where(c => InScope(c.Scopes)).DistinctBy(c => c.Name, StringComparer.Ordinal)],
            [.. subscriptions.Where(s => InScope(s.Scopes)).DistinctBy(s => s.Name, StringComparer.Ordinal)],
            [.. resiliencies.Where(r => InScope(r.Scopes))],
            string.Join('\n', configurations.Select(document => document.At("spec").Canonical())),
            configurations.TrueForAll(ResourceReader.HotReload));
    }

    /// <summary>Calls <paramref name="changed"/> whenever a file was written, renamed or removed; several calls for one change are usual.</summary>
    public void Watch(Action changed)
    {
        var folders = _options.ResourcesPaths.Where(Directory.Exists)
            .Concat(_options.ConfigFiles.Select(file => Path.GetDirectoryName(Path.GetFullPath(file))!).Where(Directory.Exists))
            .Distinct(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            var watcher = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite };
            void Seen(string? name)
            {
                if (IsResource(name ?? ""))
                {
                    changed();
                }
            }

            watcher.Created += (_, file) => Seen(file.Name);
            watcher.Changed += (_, file) => Seen(file.Name);
            watcher.Deleted += (_, file) => Seen(file.Name);
            watcher.Renamed += (_, file) =>
            {
                Seen(file.Name);
                Seen(file.OldName);
            };
            watcher.EnableRaisingEvents = true;
            _watchers.Add(watcher);
        }
    }

    public void Dispose() => _watchers.ForEach(watcher => watcher.Dispose());

    private static bool IsYaml(string file) => Path.GetExtension(file) is ".yaml" or ".yml";

    private bool IsResource(string file) =>
        IsYaml(file) || _options.ConfigFiles.Any(config => Path.GetFileName(config) == Path.GetFileName(file));

    private bool InScope(IReadOnlyList<string> scopes) => scopes.Count == 0 || scopes.Contains(_options.AppId, StringComparer.Ordinal);

    private IEnumerable<string> Folders() => _options.ResourcesPaths
        .Where(Directory.Exists)
        .SelectMany(Directory.EnumerateFiles)
        .Where(IsYaml)
        .Order(StringComparer.Ordinal);

    private IEnumerable<YamlNode> Documents(string file)
    {
        try
        {
            using var text = new StreamReader(file);
            var stream = new YamlStream();
            stream.Load(text);
            return [.. stream.Documents.Select(document => document.RootNode)];
        }
        catch (Exception error) when (error is YamlException or IOException)
        {
            FileSkipped(file, error.Message);
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "resource file {File} skipped: {Reason}")]
    private partial void FileSkipped(string file, string reason);
}
