using System.Reflection;
using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Serialization;
using Kubernetes.Operator.Crd.Attributes;

namespace Kubernetes.Operator.Crd;

/// <summary>Makes CustomResourceDefinitions of C# types. The same types always give the same text.</summary>
public static class CrdGenerator
{
    /// <summary>The definition of one custom resource.</summary>
    /// <exception cref="CrdException">The type has no schema; the message says why.</exception>
    public static JsonObject Generate(Type entity)
    {
        var definition = KubernetesEntityDefinition.Of(entity);
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = definition.QualifiedName },
            ["spec"] = new JsonObject
            {
                ["group"] = definition.Group,
                ["names"] = Names(entity, definition),
                ["scope"] = definition.Namespaced ? "Namespaced" : "Cluster",
                ["versions"] = new JsonArray(Version(entity, definition)),
            },
        };
    }

    private static JsonObject Names(Type entity, KubernetesEntityDefinition definition)
    {
        var names = new JsonObject
        {
            ["kind"] = definition.Kind,
            ["listKind"] = $"{definition.Kind}List",
            ["plural"] = definition.Plural,
            ["singular"] = definition.Kind.ToLowerInvariant(),
        };
        if (entity.GetCustomAttribute<KubernetesEntityShortNamesAttribute>() is { } shortNames)
        {
            names["shortNames"] = SchemaFacets.Texts(shortNames.ShortNames);
        }

        if (entity.GetCustomAttribute<CategoriesAttribute>() is { } categories)
        {
            names["categories"] = SchemaFacets.Texts(categories.Categories);
        }

        return names;
    }

    private static JsonObject Version(Type entity, KubernetesEntityDefinition definition)
    {
        var version = new JsonObject
        {
            ["name"] = definition.Version,
            ["served"] = true,
            ["storage"] = true,
            ["schema"] = new JsonObject { ["openAPIV3Schema"] = Schema(entity) },
        };
        if (Array.Exists(entity.GetInterfaces(), static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IStatus<>)))
        {
            version["subresources"] = new JsonObject { ["status"] = new JsonObject() };
        }

        var columns = new JsonArray([.. entity.GetCustomAttributes<PrinterColumnAttribute>().Select(Column)]);
        if (columns.Count > 0)
        {
            version["additionalPrinterColumns"] = columns;
        }

        return version;
    }

    private static JsonObject Schema(Type entity)
    {
        var descriptions = new XmlDescriptions();
        var schema = new SchemaGenerator(new KubernetesJson(), descriptions).OfType(entity);
        var generated = (JsonObject)schema["properties"]!;
        var properties = new JsonObject
        {
            ["apiVersion"] = new JsonObject { ["description"] = "Group and version of the schema of this object.", ["type"] = "string" },
            ["kind"] = new JsonObject { ["description"] = "Kind of this object.", ["type"] = "string" },
            ["metadata"] = new JsonObject { ["type"] = "object" },
        };
        foreach (var name in new[] { "spec", "status" })
        {
            if (generated[name] is JsonObject part && entity.GetProperty(name, BindingFlags.IgnoreCase | BindingFlags.Public | BindingFlags.Instance) is { } member)
            {
                // The property is the base type's and says the same for every resource; its type knows what this one is about.
                part["description"] = descriptions.Of(member.PropertyType) ?? (string?)part["description"];
                properties[name] = part.DeepClone();
            }
        }

        schema["properties"] = properties;
        if (properties["spec"] is JsonObject spec)
        {
            // Without a spec the defaults within it would not apply, nor would its rules. No default can be given that may break a rule.
            if (spec.ContainsKey("required") || spec.ContainsKey("x-kubernetes-validations"))
            {
                schema["required"] = SchemaFacets.Texts(["spec"]);
            }
            else
            {
                spec["default"] = new JsonObject();
            }

            properties["spec"] = SchemaFacets.InOrder(spec);
        }

        return SchemaFacets.InOrder(schema);
    }

    private static JsonObject Column(PrinterColumnAttribute column)
    {
        var entry = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.JsonPath };
        if (column.Description is { } description)
        {
            entry["description"] = description;
        }

        if (column.Wide)
        {
            entry["priority"] = 1;
        }

        return entry;
    }
}
