using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Controllers.Runtime;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Controllers.Namespaces;

/// <summary>Gives each namespace its default ServiceAccount, and empties a namespace that is being deleted before it lets it go.</summary>
internal sealed class NamespaceController(IClusterApi api, TimeProvider time, ILogger logger) : Controller("namespace-controller", time, logger)
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    public override void Connect(InformerSet informers)
    {
        informers.For(ResourceTypes.Namespaces).Listen(change => Queue.Add(new ObjectKey("", change.Key.Name)));
        informers.For(ResourceTypes.ServiceAccounts).Listen(change =>
        {
            if (change.New is null)
            {
                Queue.Add(new ObjectKey("", change.Key.Namespace));
            }
        });
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (api.Get(ResourceTypes.Namespaces, null, key.Name) is not { } ns)
        {
            return null;
        }

        if (ns.IsTerminating())
        {
            return Finish(ns);
        }

        if (api.Get(ResourceTypes.ServiceAccounts, key.Name, "default") is null)
        {
            api.Create(ResourceTypes.ServiceAccounts, new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "ServiceAccount",
                ["metadata"] = new JsonObject { ["name"] = "default", ["namespace"] = key.Name },
            }, Name);
        }

        return null;
    }

    private TimeSpan? Finish(JsonObject ns)
    {
        var types = ServedTypes.BuiltIn.Append(ResourceTypes.Events).Concat(CustomTypes()).ToList();
        foreach (var type in types)
        {
            foreach (var item in api.List(type, ns.Name()).Items.Where(static i => !i.IsTerminating()))
            {
                api.Delete(type, ns.Name(), item.Name(), new DeleteRequest(PropagationPolicy: "Background", Uid: item.Uid()));
            }
        }

        var left = new NamespaceContent();
        foreach (var type in types)
        {
            foreach (var item in api.List(type, ns.Name()).Items)
            {
                left.Add(type, item);
            }
        }

        var status = ns.Child("status");
        var before = status.Copy();
        status["phase"] = "Terminating";
        left.Tell(status, Time.GetUtcNow());
        if (!JsonNode.DeepEquals(before, status))
        {
            ns = api.UpdateStatus(ResourceTypes.Namespaces, ns, Name);
        }

        if (!left.IsEmpty)
        {
            return Again;
        }

        if (ns.At("spec", "finalizers") is JsonArray { Count: > 0 })
        {
            ns.Child("spec")["finalizers"] = new JsonArray();
            ns = api.Update(ResourceTypes.Namespaces, ns, Name);
        }

        api.Delete(ResourceTypes.Namespaces, null, ns.Name(), new DeleteRequest(Uid: ns.Uid()));
        return null;
    }

    private IEnumerable<ResourceType> CustomTypes() =>
        api.List(ResourceTypes.CustomResourceDefinitions).Items.Select(ServedTypes.Of).OfType<ResourceType>().Where(type => type.Namespaced);
}
