using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Node.Injection;

namespace LocalCluster.Node.Tests.Support;

/// <summary>Dapr's resources, with a schema that takes anything.</summary>
internal static class DaprDefinitions
{
    private static readonly Lock Installing = new();

    /// <summary>Installs what is missing; several tests may ask.</summary>
    public static void Install(IClusterApi api)
    {
        lock (Installing)
        {
            foreach (var type in (IEnumerable<ResourceType>)[.. DaprResources.InFolder, DaprResources.Configurations])
            {
                var name = $"{type.Plural}.{type.Group}";
                if (api.Get(ResourceTypes.CustomResourceDefinitions, null, name) is null)
                {
                    api.Create(ResourceTypes.CustomResourceDefinitions, JsonNode.Parse($$"""
                        {"metadata":{"name":"{{name}}"},
                         "spec":{"group":"{{type.Group}}","scope":"Namespaced","names":{"plural":"{{type.Plural}}","singular":"{{type.Kind.ToLowerInvariant()}}","kind":"{{type.Kind}}","listKind":"{{type.Kind}}List"},
                          "versions":[{"name":"{{type.Version}}","served":true,"storage":true,
                           "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true} } }] } }
                        """)!.AsObject(), "test");
                }

                Assert.True(Conditions.IsTrue(api.Get(ResourceTypes.CustomResourceDefinitions, null, name).At("status"), "Established"));
            }
        }
    }
}
