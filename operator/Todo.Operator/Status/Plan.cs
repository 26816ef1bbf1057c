using Todo.Operator.Decisions;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Status;

/// <summary>What a move would change, from beginning to end.</summary>
public static class Plan
{
    /// <summary>Objects and templates that differ from what the spec asks for.</summary>
    public static IReadOnlyList<PlanEntry> Of(Observed observed)
    {
        var goal = observed.Wanted;
        var situation = new Situation(observed, goal);
        List<PlanEntry> plan = [];
        foreach (var key in observed.Generated)
        {
            var needed = goal.ThroughDapr(key.App) && (key.Broker is null || key.Broker == goal.Broker);
            var change = (needed, situation.Existing(key)) switch
            {
                (true, null) => "create",
                (true, { Current: false }) => "update",
                (false, not null) => "delete when drained",
                _ => null,
            };
            if (change is not null)
            {
                plan.Add(new PlanEntry { Object = $"{key.Kind}/{key.Name}", Change = change });
            }
        }

        foreach (var service in observed.Services)
        {
            var dapr = goal.ThroughDapr(service.Id);
            var wanted = new TemplateFlags(dapr, situation.PublishTarget(service), !dapr);
            var rotated = Rotation.Changed(observed, observed.Memory, service);
            if (service.Template == wanted && rotated.Count > 0)
            {
                plan.Add(new PlanEntry { Object = $"Deployment/{service.App.Deployment}", Change = $"restart: the content of {string.Join(", ", rotated)} has changed" });
            }
            else if (service.Template != wanted || service.Deployment is { AnnotationsCurrent: false })
            {
                plan.Add(new PlanEntry { Object = $"Deployment/{service.App.Deployment}", Change = $"{Say(service.Template)} -> {Say(wanted)}" });
            }
        }

        return plan;
    }

    private static string Say(TemplateFlags flags) =>
        $"sidecar {(flags.Sidecar ? "on" : "off")}, publishes to {flags.PublishesTo ?? Transport.DirectName}, direct consumer {(flags.ConsumesDirect ? "on" : "off")}";
}
