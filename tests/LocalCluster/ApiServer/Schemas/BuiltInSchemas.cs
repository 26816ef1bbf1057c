using System.Reflection;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Schemas;

/// <summary>The schemas of the built-in types, read from the <c>.schema</c> files in this assembly.</summary>
internal static class BuiltInSchemas
{
    /// <summary>Format of amounts such as <c>100m</c> or <c>64Mi</c>.</summary>
    public const string Quantity = "quantity";

    private static readonly SchemaLibrary Library = Load();

    public static Schema ObjectMeta => Library.Find("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");

    /// <summary>The schema of a built-in kind.</summary>
    public static Schema Of(ResourceType type) => Library.Find($"{Package(type)}.{type.Kind}");

    /// <summary>Properties of an object, with those that every object has.</summary>
    public static IReadOnlyDictionary<string, Schema> WithObjectFields(IReadOnlyDictionary<string, Schema> properties)
    {
        var all = new Dictionary<string, Schema>(properties, StringComparer.Ordinal)
        {
            ["apiVersion"] = Library.ApiVersion,
            ["kind"] = Library.Kind,
            ["metadata"] = ObjectMeta,
        };
        return all;
    }

    // Where Kubernetes keeps the Go types of a group, which is part of their OpenAPI names.
    private static string Package(ResourceType type) => type.Group switch
    {
        "" => $"io.k8s.api.core.{type.Version}",
        "apiextensions.k8s.io" => $"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.{type.Version}",
        var group => $"io.k8s.api.{group.Split('.')[0]}.{type.Version}",
    };

    private static SchemaLibrary Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var library = new SchemaLibrary();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".schema", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            library.Add(name, reader.ReadToEnd());
        }

        library.Resolve();
        return library;
    }
}
