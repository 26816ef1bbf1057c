using Kubernetes.Operator.Crd.Attributes;

namespace Todo.Operator.Resource;

/// <summary>The four services. What is not given has the name that it has in config/services.</summary>
[ValidationRule(AppIds + ".all(a, " + AppIds + ".exists_one(b, a == b))", "services.*.appId: each service needs one of its own.")]
[ValidationRule(Deployments + ".all(a, " + Deployments + ".exists_one(b, a == b))", "services.*.deployment: each service needs one of its own.")]
public sealed record ServicesSpec
{
    private const string AppIds = "[has(self.backend.appId) ? self.backend.appId : 'backend', has(self.notification.appId) ? self.notification.appId : 'notification-service', "
        + "has(self.emailDelivery.appId) ? self.emailDelivery.appId : 'email-delivery-service', has(self.recurringTask.appId) ? self.recurringTask.appId : 'recurring-task-service']";

    private const string Deployments = "[has(self.backend.deployment) ? self.backend.deployment : 'backend', has(self.notification.deployment) ? self.notification.deployment : 'notification-service', "
        + "has(self.emailDelivery.deployment) ? self.emailDelivery.deployment : 'email-delivery', has(self.recurringTask.deployment) ? self.recurringTask.deployment : 'recurring-service']";

    /// <summary>The backend. Defaults: deployment and container backend, appId backend, port 8000.</summary>
    [Default]
    public ServiceSpec Backend { get; init; } = new();

    /// <summary>The notification service. Defaults: deployment notification-service, container notification, appId notification-service, port 8002.</summary>
    [Default]
    public ServiceSpec Notification { get; init; } = new();

    /// <summary>The e-mail delivery service. Defaults: deployment and container email-delivery, appId email-delivery-service, port 8003.</summary>
    [Default]
    public ServiceSpec EmailDelivery { get; init; } = new();

    /// <summary>The recurring-task service. Defaults: deployment recurring-service, container recurring-task, appId recurring-task-service, port 8004.</summary>
    [Default]
    public ServiceSpec RecurringTask { get; init; } = new();
}

/// <summary>One service.</summary>
public sealed record ServiceSpec
{
    /// <summary>Name of its Deployment. Default: that of config/services.</summary>
    [Length(1, 253)]
    public string? Deployment { get; init; }

    /// <summary>Name of the application's container. Default: that of config/services.</summary>
    [Length(1, 63)]
    public string? Container { get; init; }

    /// <summary>Dapr app-id, and the service's name as a consumer in the event ledger. Default: that of config/services.</summary>
    [Pattern("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
    public string? AppId { get; init; }

    /// <summary>Port that the application listens on. Default: that of config/services.</summary>
    [RangeMinimum(1)]
    [RangeMaximum(65535)]
    public int? Port { get; init; }

    /// <summary>Overrides useDapr for this service, for a platform that uses both. false needs broker: kafka. Default: useDapr.</summary>
    public bool? UseDapr { get; init; }
}

/// <summary>The services' management port.</summary>
public sealed record ManagementSpec
{
    /// <summary>The port. Default 8090.</summary>
    [Default(8090)]
    [RangeMinimum(1)]
    [RangeMaximum(65535)]
    public int Port { get; init; } = 8090;

    /// <summary>Token that every request carries. Default: key token of Secret todo-management.</summary>
    public SecretReference TokenSecretRef { get; init; } = new() { Name = "todo-management", Key = "token" };

    /// <summary>Time limit of one request. A service that asks a dead broker for its positions needs 2 s to give up. Default 4s.</summary>
    [Default("4s")]
    [DurationRange("100ms", "1m")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(4);
}

/// <summary>How often and how long a delivery is tried.</summary>
public sealed record DeliverySpec
{
    /// <summary>Failed attempts of a handler after which the service records the event as dead. Default 3.</summary>
    [Default(3)]
    [RangeMinimum(1)]
    [RangeMaximum(100)]
    public int MaxRetries { get; init; } = 3;

    /// <summary>Pause between two attempts of the sidecar. Default 100ms.</summary>
    [Default("100ms")]
    [DurationRange("10ms", "1m")]
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Time limit of one attempt. Default 10s.</summary>
    [Default("10s")]
    [DurationRange("100ms", "10m")]
    public TimeSpan HandlerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Prefix of the dead-letter topics: each consumer has one of its own, prefix.app-id. Default task-events-dlq.</summary>
    [Default("task-events-dlq")]
    [Pattern("^[A-Za-z0-9._-]{1,180}$")]
    public string DeadLetterTopic { get; init; } = "task-events-dlq";

    /// <summary>Delivery of several events in one request. Off by default: over Kafka one failing topic then holds up all topics of its Component.</summary>
    public BulkSpec Bulk { get; init; } = new();
}

/// <summary>Dapr's bulk subscribe.</summary>
public sealed record BulkSpec
{
    /// <summary>Whether events are delivered in bulk. Default false.</summary>
    [Default(false)]
    public bool Enabled { get; init; }

    /// <summary>Most events in one request. Default 10.</summary>
    [Default(10)]
    [RangeMinimum(1)]
    [RangeMaximum(1000)]
    public int MaxMessages { get; init; } = 10;

    /// <summary>Longest wait for a request to fill up. Default 1s.</summary>
    [Default("1s")]
    [DurationRange("1ms", "1m")]
    public TimeSpan MaxAwait { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>The sidecars.</summary>
public sealed record SidecarSpec
{
    /// <summary>CPU request of a sidecar. Default 50m.</summary>
    [Default("50m")]
    [Pattern("^[0-9]+(\\.[0-9]+)?m?$")]
    public string CpuRequest { get; init; } = "50m";

    /// <summary>CPU limit of a sidecar. Default none.</summary>
    [Pattern("^[0-9]+(\\.[0-9]+)?m?$")]
    public string? CpuLimit { get; init; }

    /// <summary>Memory request of a sidecar. Default 96Mi.</summary>
    [Default("96Mi")]
    [Pattern("^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|K|M|G)?$")]
    public string MemoryRequest { get; init; } = "96Mi";

    /// <summary>Memory limit of a sidecar. Default 256Mi.</summary>
    [Default("256Mi")]
    [Pattern("^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|K|M|G)?$")]
    public string MemoryLimit { get; init; } = "256Mi";

    /// <summary>Log level of a sidecar: debug, info, warn or error. Default info.</summary>
    [Default("info")]
    [AllowedValues("debug", "info", "warn", "error")]
    public string LogLevel { get; init; } = "info";

    /// <summary>At shutdown, how long a sidecar goes on taking publishes after it has stopped delivering. Default 3s.</summary>
    [Default("3s")]
    [DurationRange("0s", "10m")]
    public TimeSpan BlockShutdown { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>At shutdown, how long a sidecar waits for what is in its hands, in whole seconds. Default 10s.</summary>
    [Default("10s")]
    [DurationRange("1s", "10m")]
    [ValidationRule("duration(self) == duration(string(duration(self).getSeconds()) + 's')", "sidecar.gracefulShutdown is in whole seconds, for example 10s.")]
    public TimeSpan GracefulShutdown { get; init; } = TimeSpan.FromSeconds(10);
}
