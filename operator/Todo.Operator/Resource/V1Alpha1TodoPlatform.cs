using Kubernetes.Client.Entities;
using Kubernetes.Operator.Crd.Attributes;

namespace Todo.Operator.Resource;

/// <summary>
/// Four event services as one: how they exchange events (their own Kafka client, or Dapr over Kafka or Redis Streams). Change useDapr or
/// broker, and the operator moves them without losing an event.
/// </summary>
[KubernetesEntity(Group = "platform.todo.io", ApiVersion = "v1alpha1", Kind = "TodoPlatform", PluralName = "todoplatforms")]
[KubernetesEntityShortNames("tp")]
[Categories("all")]
[PrinterColumn("Phase", ".status.phase", Description = "The state in one word.")]
[PrinterColumn("Stage", ".status.stage", Description = "The gate that the present move has not passed yet.")]
[PrinterColumn("Broker", ".spec.broker", Description = "The broker that is asked for.")]
[PrinterColumn("Dapr", ".spec.useDapr", "boolean", Description = "Whether Dapr is asked for.")]
[PrinterColumn("Progress", ".status.progress", Description = "How many services have passed the present gate.")]
[PrinterColumn("InFlight", ".status.inFlight", "integer", Description = "Events sent and not handled yet, over all transports.")]
[PrinterColumn("Ready", ".status.conditions[?(@.type=='Available')].status", Description = "Whether the product works now.")]
[PrinterColumn("Age", ".metadata.creationTimestamp", "date")]
[PrinterColumn("Message", ".status.message", Wide = true, Description = "What is being done or waited for.")]
[PrinterColumn("P95", ".status.analysis.current.p95", Wide = true, Description = "95th percentile of sent to handled, in milliseconds, when last measured.")]
[PrinterColumn("Last-Rollback", ".status.lastRollback", "date", Wide = true, Description = "When a move was last undone.")]
public sealed record V1Alpha1TodoPlatform : CustomKubernetesEntity<TodoPlatformSpec, TodoPlatformStatus>
{
    /// <summary>Set while the operator has something to undo before the resource may go.</summary>
    public const string Finalizer = "platform.todo.io/revert";

    /// <summary>Label of everything that is generated: the platform's name.</summary>
    public const string PlatformLabel = "platform.todo.io/platform";
}
