using LocalCluster.Dependencies;

namespace LocalCluster.Hosting;

/// <summary>The checkout this program was built in: where manifests, samples and the other programs are.</summary>
public sealed class Checkout
{
    private readonly string _configuration;

    private Checkout(string root, string configuration)
    {
        Root = root;
        _configuration = configuration;
    }

    /// <summary>The folder of Operator.sln.</summary>
    public string Root { get; }

    /// <summary>Finds the checkout upwards from this program's folder.</summary>
    public static Checkout Find()
    {
        var start = new DirectoryInfo(AppContext.BaseDirectory);
        for (var folder = start; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
            {
                // .../bin/<configuration>/net10.0/
                return new Checkout(folder.FullName, start.Parent?.Name ?? "Debug");
            }
        }

        throw new ClusterException($"No Operator.sln above {AppContext.BaseDirectory}: the local cluster runs from a checkout, after `make build`.");
    }

    public string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>The built program of a project, given by its folder.</summary>
    public string Program(string project, string assembly)
    {
        var path = Path.Combine(Root, project, "bin", _configuration, "net10.0", assembly);
        return File.Exists(path) ? path : throw new ClusterException($"{path} is missing: run `make build` first.");
    }
}
