using System.Reflection;
using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Operator.Crd;
using Kubernetes.Operator.Crd.Attributes;

namespace Kubernetes.Operator.Manifests;

/// <summary>Collects the permissions that the types of an assembly ask for into one role.</summary>
public static class RbacGenerator
{
    /// <summary>A ClusterRole with exactly these permissions, in a fixed order.</summary>
    public static JsonObject ClusterRole(string name, Assembly assembly)
    {
        var rules = assembly.GetTypes()
            .SelectMany(static t => t.GetCustomAttributes<EntityRbacAttribute>().Select(Of).Concat(t.GetCustomAttributes<GenericRbacAttribute>().SelectMany(Of)))
            .GroupBy(static p => (p.Group, p.Resource))
            .OrderBy(static g => g.Key.Group, StringComparer.Ordinal).ThenBy(static g => g.Key.Resource, StringComparer.Ordinal)
            .Select(static g => (JsonNode)new JsonObject
            {
                ["apiGroups"] = SchemaFacets.Texts([g.Key.Group]),
                ["resources"] = SchemaFacets.Texts([g.Key.Resource]),
                ["verbs"] = SchemaFacets.Texts(g.SelectMany(static p => p.Verbs).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)),
            });
        return new JsonObject
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1",
            ["kind"] = "ClusterRole",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["rules"] = new JsonArray([.. rules]),
        };
    }

    private static Permission Of(EntityRbacAttribute rbac)
    {
        var definition = KubernetesEntityDefinition.Of(rbac.Entity);
        return new Permission(definition.Group, rbac.Subresource is { } part ? $"{definition.Plural}/{part}" : definition.Plural, Split(rbac.Verbs));
    }

    private static IEnumerable<Permission> Of(GenericRbacAttribute rbac) =>
        Split(rbac.Resources).Select(resource => new Permission(rbac.Group, resource, Split(rbac.Verbs)));

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private sealed record Permission(string Group, string Resource, string[] Verbs);
}
