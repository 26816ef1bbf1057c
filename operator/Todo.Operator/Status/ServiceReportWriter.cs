using Todo.Operator.Decisions;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Status;

/// <summary>One service in status.</summary>
internal static class ServiceReportWriter
{
    public static ServiceStatus Of(StatusInputs inputs, ServiceView service)
    {
        var situation = new Situation(inputs.Observed, inputs.Memory.Target ?? inputs.Observed.Wanted);
        var wanted = service.Deployment?.Replicas ?? 0;
        return new ServiceStatus
        {
            Name = service.App.AppId,
            Deployment = service.App.Deployment,
            Publishing = Join(service.Pods.Select(p => situation.TransportOf(p.Flags)?.Name ?? p.Flags.PublishesTo ?? string.Empty)),
            Consuming = service.App.IsConsumer ? Join(Consuming(situation, service)) : null,
            Sidecar = Sidecar(service),
            Ready = $"{service.Serving.Count()}/{wanted}",
            Restarts = service.Live.Sum(p => p.AppRestarts + p.SidecarRestarts),
            Message = Message(service),
        };
    }

    private static IEnumerable<string> Consuming(Situation situation, ServiceView service)
    {
        if (service.Pods.Any(p => p.Flags.ConsumesDirect))
        {
            yield return new Transport(situation.Observed.Names.Direct, Dapr: false).Name;
        }

        foreach (var broker in situation.Observed.Brokers.Where(b => situation.Subscribes(service, b) && service.Template.Sidecar))
        {
            yield return Transport.Through(broker).Name;
        }
    }

    private static string Sidecar(ServiceView service) =>
        !service.Template.Sidecar && !service.Live.Any(p => p.HasSidecar) ? "none"
        : service.Live.Any(p => p.Flags.Sidecar && !p.HasSidecar) ? "missing"
        : service.Live.All(p => p.SidecarReady || !p.Flags.Sidecar) ? "ready"
        : "starting";

    private static string? Message(ServiceView service) => service switch
    {
        { Deployment: null } => "There is no such Deployment.",
        { Converged: false } => "Rolling out.",
        { Settled: false } => "An old pod is still shutting down.",
        _ => null,
    };

    private static string? Join(IEnumerable<string> names)
    {
        var text = string.Join(", ", names.Where(n => n.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        return text.Length == 0 ? null : text;
    }
}
