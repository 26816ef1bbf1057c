using System.Text.Json.Nodes;
using Todo.Operator.Generation;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation.Nodes;

/// <summary>A pod as it really is, whatever anybody has heard of it.</summary>
internal sealed class PodState
{
    public PodState(string name, string deployment, string template, AppDefinition app, JsonObject podTemplate, bool injected)
    {
        (Name, Deployment, Template, App) = (name, deployment, template, app);
        var env = podTemplate["spec"]!["containers"]!.AsArray().OfType<JsonObject>().First(c => c.Text("name") == app.Container)["env"] as JsonArray ?? [];
        string? Variable(string variable) => env.OfType<JsonObject>().FirstOrDefault(e => e.Text("name") == variable).Text("value");
        UseDapr = Variable(TemplateGenerator.UseDapr) == "true";
        PublishesTo = UseDapr ? Variable(TemplateGenerator.PubsubName)! : Transport.DirectName;
        ConsumesDirect = app.IsConsumer && (Variable(TemplateGenerator.ConsumeDirect) is { } text ? text == "true" : !UseDapr);
        HasSidecar = injected;
    }

    public string Name { get; }

    public string Deployment { get; }

    /// <summary>The template that it was made from.</summary>
    public string Template { get; }

    public AppDefinition App { get; }

    public bool UseDapr { get; }

    public string PublishesTo { get; }

    public bool ConsumesDirect { get; }

    public bool HasSidecar { get; }

    /// <summary>The management token that it was started with.</summary>
    public required string Token { get; init; }

    /// <summary>Passes its readiness probe and gets requests.</summary>
    public bool IsReady { get; set; }

    /// <summary>Was told to end: it gets no requests, finishes its work, and still publishes and consumes while it does.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Has been ready once and has not ended.</summary>
    public bool IsRunning { get; set; }

    public bool IsGone { get; set; }

    public int SidecarRestarts { get; set; }

    /// <summary>Components that its sidecar has initialised.</summary>
    public HashSet<string> Components { get; } = new(StringComparer.Ordinal);

    /// <summary>Subscriptions that its sidecar holds, by object name.</summary>
    public Dictionary<string, HeldSubscription> Subscriptions { get; } = new(StringComparer.Ordinal);
}

/// <summary>A Subscription in a sidecar.</summary>
/// <param name="Uid">Of the object.</param>
/// <param name="Generation">Of the object, when it was taken up.</param>
/// <param name="Component">Over which Component.</param>
/// <param name="Topic">To which topic.</param>
/// <param name="Works">False after an edit in place: Dapr then stops its consumption without a word.</param>
internal sealed record HeldSubscription(string Uid, long Generation, string Component, string Topic, bool Works);
