using Todo.Operator.Topology;

namespace Todo.Operator.Decisions;

/// <summary>One service: its Deployment and its pods.</summary>
public sealed record ServiceView
{
    /// <summary>Names and topics.</summary>
    public required AppDefinition App { get; init; }

    /// <summary>Null: there is no such Deployment.</summary>
    public DeploymentView? Deployment { get; init; }

    /// <summary>All pods that its selector finds, the terminating ones included.</summary>
    public IReadOnlyList<PodView> Pods { get; init; } = [];

    /// <summary>Which of the four.</summary>
    public ServiceId Id => App.Id;

    /// <summary>Pods that count: not on their way out.</summary>
    public IEnumerable<PodView> Live => Pods.Where(p => !p.Terminating);

    /// <summary>Ready pods that count.</summary>
    public IEnumerable<PodView> Serving => Live.Where(p => p.Ready);

    /// <summary>What new pods will be started with.</summary>
    public TemplateFlags Template => Deployment?.Template ?? TemplateFlags.Untouched;

    /// <summary>
    /// Every live pod was started from the present template, is ready, and there are as many as asked for. Judged at the
    /// Deployment and at the pods: either cache may lag behind the other.
    /// </summary>
    public bool Converged =>
        Deployment is { RolledOut: true } deployment
        && Live.Count() == deployment.Replicas
        && Live.All(p => p.Ready && p.Flags == deployment.Template && p.Secrets == deployment.Secrets && p.HasSidecar == deployment.Template.Sidecar);

    /// <summary>Converged, and nothing of an earlier template is still shutting down.</summary>
    public bool Settled => Converged && Pods.All(p => p.Flags == Template);
}

/// <summary>A Deployment.</summary>
public sealed record DeploymentView
{
    /// <summary>Identity, for preconditions.</summary>
    public required string Uid { get; init; }

    /// <summary>The version that the decision was made on; each apply carries it.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary><c>spec.replicas</c>.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>The controller has seen the present generation, and all replicas are updated and available.</summary>
    public bool RolledOut { get; init; }

    /// <summary>What the template says.</summary>
    public required TemplateFlags Template { get; init; }

    /// <summary>Whether the rest of what the operator sets on the template (annotations, grace period) is as generated.</summary>
    public bool AnnotationsCurrent { get; init; } = true;

    /// <summary>What the template says of the Secrets that its pods are started with; null: nothing.</summary>
    public string? Secrets { get; init; }

    /// <summary>Condition Available.</summary>
    public bool Available { get; init; } = true;
}
