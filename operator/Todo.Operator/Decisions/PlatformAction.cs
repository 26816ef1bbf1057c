using Todo.Operator.Topology;

namespace Todo.Operator.Decisions;

/// <summary>One thing to do. Actions of one decision do not depend on each other's order.</summary>
public abstract record PlatformAction;

/// <summary>Server-side apply of a generated object.</summary>
public sealed record ApplyObject(GeneratedKey Key) : PlatformAction;

/// <summary>Delete of a generated object, only if it still is the one that was seen.</summary>
public sealed record DeleteObject(GeneratedKey Key, string Uid) : PlatformAction;

/// <summary>Server-side apply of a Deployment's template, only if the Deployment is still as it was seen.</summary>
/// <param name="Service">Whose.</param>
/// <param name="Flags">What the template shall say.</param>
/// <param name="Seen">The Deployment that the decision was made on.</param>
public sealed record SetTemplate(ServiceId Service, TemplateFlags Flags, DeploymentView Seen) : PlatformAction
{
    /// <summary>What the template says of the Secrets that its pods are started with; null: nothing.</summary>
    public string? Secrets { get; init; }
}

/// <summary>POST of a probe: one event per topic, sent over <paramref name="Via"/> by a pod of <paramref name="Service"/>.</summary>
public sealed record SendProbe(ServiceId Service, string Via, IReadOnlyList<string> Topics) : PlatformAction;

/// <summary>POST of probes that nobody waits for: where people are quiet they give the analysis something to judge.</summary>
public sealed record SendFiller(ServiceId Service, string Via, IReadOnlyList<string> Topics) : PlatformAction;

/// <summary>POST of a replay: open events last sent over these transports are sent again.</summary>
public sealed record ReplayEvents(Broker Broker, IReadOnlyList<string> From) : PlatformAction;

/// <summary>POST of a replay of what handlers gave up, for the request with this token.</summary>
public sealed record ReplayDead(string Token) : PlatformAction;

/// <summary>POST that creates the notification service's job.</summary>
public sealed record StartJob(string Pod) : PlatformAction;

/// <summary>POST that deletes it, through the sidecar of this pod.</summary>
public sealed record StopJob(string Pod) : PlatformAction;

/// <summary>The object stays when the platform goes: it loses its owner.</summary>
public sealed record ReleaseObject(GeneratedKey Key) : PlatformAction;

/// <summary>The resource may go.</summary>
public sealed record RemoveFinalizer : PlatformAction;
