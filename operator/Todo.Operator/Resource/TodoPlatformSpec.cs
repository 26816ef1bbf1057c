using Kubernetes.Operator.Crd.Attributes;

namespace Todo.Operator.Resource;

/// <summary>How the services of one to-do product exchange events.</summary>
[ValidationRule("self.useDapr || self.broker == 'kafka'", "useDapr: false needs broker: kafka, because the services' own client speaks only Kafka.", FieldPath = ".broker")]
[ValidationRule(
    "self.broker != 'kafka' || size(self.kafka.brokers) > 0 || [has(self.services.backend.useDapr) ? self.services.backend.useDapr : self.useDapr, "
        + "has(self.services.notification.useDapr) ? self.services.notification.useDapr : self.useDapr, "
        + "has(self.services.emailDelivery.useDapr) ? self.services.emailDelivery.useDapr : self.useDapr, "
        + "has(self.services.recurringTask.useDapr) ? self.services.recurringTask.useDapr : self.useDapr].all(d, !d)",
    "broker: kafka with useDapr: true, of the platform or of one service, needs kafka.brokers, for example [\"kafka-1:9092\"].",
    FieldPath = ".kafka.brokers")]
[ValidationRule("self.broker != 'redis' || (has(self.redis.host) && self.redis.host != '')", "broker: redis needs redis.host, for example \"redis:6379\".", FieldPath = ".redis.host")]
[ValidationRule(
    // No list of the services themselves: each is a type of its own, and a list in CEL has one type.
    "self.broker == 'kafka' || [!has(self.services.backend.useDapr) || self.services.backend.useDapr, "
        + "!has(self.services.notification.useDapr) || self.services.notification.useDapr, "
        + "!has(self.services.emailDelivery.useDapr) || self.services.emailDelivery.useDapr, "
        + "!has(self.services.recurringTask.useDapr) || self.services.recurringTask.useDapr].all(d, d)",
    "services.*.useDapr: false needs broker: kafka, because the services' own client speaks only Kafka.",
    FieldPath = ".services")]
[ValidationRule(
    "duration(self.redis.processingTimeout) > duration(self.delivery.handlerTimeout)",
    "redis.processingTimeout has to be longer than delivery.handlerTimeout; else an event is delivered again while it is being handled.",
    FieldPath = ".redis.processingTimeout")]
public sealed record TodoPlatformSpec
{
    /// <summary>Whether the services publish and consume through Dapr. false brings them back to their own Kafka client. Default true.</summary>
    [Default(true)]
    public bool UseDapr { get; init; } = true;

    /// <summary>The broker between publishers and consumers: kafka or redis. Change it to swap; events in flight are drained, not lost. Default kafka.</summary>
    [Default("kafka")]
    [AllowedValues("kafka", "redis")]
    public string Broker { get; init; } = "kafka";

    /// <summary>Freezes a move at the next safe point: nothing is written to a Deployment or Dapr resource while it is true. Default false.</summary>
    [Default(false)]
    public bool Paused { get; init; }

    /// <summary>Works out everything, writes it to status.plan, and changes nothing. Default false.</summary>
    [Default(false)]
    public bool PlanOnly { get; init; }

    /// <summary>
    /// What to do with fields of a Deployment that another manager has set: Refuse fails the preflight and names them, TakeOver takes them over. Default Refuse.
    /// </summary>
    [Default(AdoptionPolicy.Refuse)]
    public AdoptionPolicy Adoption { get; init; } = AdoptionPolicy.Refuse;

    /// <summary>The Kafka that Dapr connects to.</summary>
    [Default]
    public KafkaSpec Kafka { get; init; } = new();

    /// <summary>The Redis that Dapr connects to.</summary>
    [Default]
    public RedisSpec Redis { get; init; } = new();

    /// <summary>The PostgreSQL state store of the notification service.</summary>
    [Default]
    public StateStoreSpec StateStore { get; init; } = new();

    /// <summary>Where sidecars send traces. Off by default.</summary>
    [Default]
    public TracingSpec Tracing { get; init; } = new();

    /// <summary>How often and how long a delivery is tried.</summary>
    [Default]
    public DeliverySpec Delivery { get; init; } = new();

    /// <summary>Resources and shutdown of the sidecars.</summary>
    [Default]
    public SidecarSpec Sidecar { get; init; } = new();

    /// <summary>Names of the four services' Deployments. The defaults are those of config/services.</summary>
    [Default]
    public ServicesSpec Services { get; init; } = new();

    /// <summary>How the operator talks to the services' management port.</summary>
    [Default]
    public ManagementSpec Management { get; init; } = new();

    /// <summary>Pace and limits of a move.</summary>
    [Default]
    public RolloutSpec Rollout { get; init; } = new();

    /// <summary>When a broker that is left counts as empty.</summary>
    [Default]
    public DrainSpec Drain { get; init; } = new();

    /// <summary>
    /// What happens when this resource is deleted: Revert brings the services back to direct Kafka, drained, before the generated resources go; Retain
    /// leaves everything as it is. Default Revert.
    /// </summary>
    [Default(DeletionPolicy.Revert)]
    public DeletionPolicy DeletionPolicy { get; init; } = DeletionPolicy.Revert;
}

/// <summary>What to do with fields that another manager has set.</summary>
public enum AdoptionPolicy
{
    /// <summary>Fail the preflight.</summary>
    Refuse,

    /// <summary>Take them over.</summary>
    TakeOver,
}

/// <summary>What happens when the resource is deleted.</summary>
public enum DeletionPolicy
{
    /// <summary>Back to direct Kafka first.</summary>
    Revert,

    /// <summary>Everything stays.</summary>
    Retain,
}
