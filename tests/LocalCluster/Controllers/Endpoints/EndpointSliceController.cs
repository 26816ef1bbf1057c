using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using LocalCluster.Controllers.Runtime;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Controllers.Endpoints;

/// <summary>Keeps the EndpointSlices of every Service with a selector.</summary>
internal sealed class EndpointSliceController(IClusterApi api, TimeProvider time, ILogger logger) : Controller("endpointslice-controller", time, logger)
{
    public override void Connect(InformerSet informers)
    {
        var services = informers.For(ResourceTypes.Services);
        services.Listen(change => Queue.Add(change.Key));
        informers.For(ResourceTypes.Pods).Listen(change =>
        {
            foreach (var service in services.Items.Where(service => service.Namespace() == change.Latest.Namespace()))
            {
                if (Selects(service, change.Old) || Selects(service, change.New))
                {
                    Queue.Add(ObjectKey.Of(service));
                }
            }
        });
        informers.For(ResourceTypes.EndpointSlices).Listen(change =>
        {
            if (change.Latest.Label(EndpointSlices.ServiceLabel) is { } service)
            {
                Queue.Add(new ObjectKey(change.Key.Namespace, service));
            }
        });
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        var service = api.Get(ResourceTypes.Services, key.Namespace, key.Name);
        var present = api.List(ResourceTypes.EndpointSlices, key.Namespace).Items
            .Where(slice => slice.Label(EndpointSlices.ServiceLabel) == key.Name && slice.Label(EndpointSlices.ManagedByLabel) == EndpointSlices.Manager)
            .ToList();
        if (service is not null && service.At("spec", "selector") is not JsonObject { Count: > 0 })
        {
            // Endpoints of a Service without selector are somebody else's.
            return null;
        }

        var wanted = service is null || service.IsTerminating()
            ? []
            : EndpointSlices.Build(service, api.List(ResourceTypes.Pods, key.Namespace).Items.Where(pod => Selects(service, pod)));
        foreach (var slice in wanted)
        {
            // Slices are told apart by their ports; usually there is one.
            var same = present.Find(candidate => JsonNode.DeepEquals(candidate.At("ports"), slice.At("ports")))
                ?? (wanted.Count == 1 ? present.FirstOrDefault() : null);
            Write(slice, same);
            present.Remove(same!);
        }

        foreach (var surplus in present)
        {
            api.Delete(ResourceTypes.EndpointSlices, surplus.Namespace(), surplus.Name(), new DeleteRequest(Uid: surplus.Uid()));
        }

        return null;
    }

    private void Write(JsonObject wanted, JsonObject? present)
    {
        if (present is null)
        {
            api.Create(ResourceTypes.EndpointSlices, wanted, Name);
            return;
        }

        if (!JsonNode.DeepEquals(present.At("endpoints"), wanted.At("endpoints")) || !JsonNode.DeepEquals(present.At("ports"), wanted.At("ports")))
        {
            present["endpoints"] = wanted.At("endpoints")?.DeepClone();
            present["ports"] = wanted.At("ports")?.DeepClone();
            api.Update(ResourceTypes.EndpointSlices, present, Name);
        }
    }

    private static bool Selects(JsonObject service, JsonObject? pod) =>
        pod is not null && service.At("spec", "selector") is JsonObject { Count: > 0 } selector && LabelSelector.MatchesMap(selector, pod);
}
