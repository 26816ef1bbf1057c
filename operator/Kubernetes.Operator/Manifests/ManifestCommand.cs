using System.Reflection;
using Kubernetes.Client.Entities;
using Kubernetes.Operator.Crd;

namespace Kubernetes.Operator.Manifests;

/// <summary>Command line verbs that write manifests: <c>crd</c> and <c>rbac</c>.</summary>
public static class ManifestCommand
{
    private const string Comment = "Generated from the C# types. Do not edit: change the types and generate it again.";

    /// <summary>Runs the verb when the arguments are one: <c>crd</c>, or <c>rbac NAME</c>. False when they are not.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="assembly">The assembly with the custom resources and the controllers.</param>
    /// <param name="output">Where the YAML goes.</param>
    /// <exception cref="CrdException">A type has no schema; the message says why.</exception>
    public static bool TryRun(IReadOnlyList<string> args, Assembly assembly, TextWriter output)
    {
        switch (args)
        {
            case ["crd"]:
                output.Write(CrdYaml(assembly));
                return true;
            case ["rbac", var name]:
                output.Write(YamlWriter.Write([RbacGenerator.ClusterRole(name, assembly)], Comment));
                return true;
            default:
                return false;
        }
    }

    /// <summary>The definitions of all custom resources of an assembly.</summary>
    public static string CrdYaml(Assembly assembly) => YamlWriter.Write(
        assembly.GetTypes()
            .Where(static t => !t.IsAbstract && t.IsSubclassOf(typeof(CustomKubernetesEntity)) && t.GetCustomAttribute<KubernetesEntityAttribute>() is not null)
            .OrderBy(static t => t.FullName, StringComparer.Ordinal)
            .Select(CrdGenerator.Generate),
        Comment);
}
