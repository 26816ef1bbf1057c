using Kubernetes.Operator.Crd.Attributes;

namespace Todo.Operator.Resource;

/// <summary>A key of a Secret in the platform's namespace.</summary>
public sealed record SecretReference
{
    /// <summary>Name of the Secret.</summary>
    [Required]
    [Length(1, 253)]
    public string Name { get; init; } = "";

    /// <summary>Key within it.</summary>
    [Required]
    [Length(1, 253)]
    public string Key { get; init; } = "";
}

/// <summary>Kafka.</summary>
[ValidationRule("self.auth != 'password' || (has(self.username) && has(self.password))", "kafka.auth: password needs kafka.username and kafka.password.", FieldPath = ".auth")]
[ValidationRule("self.auth != 'mtls' || (has(self.clientCert) && has(self.clientKey))", "kafka.auth: mtls needs kafka.clientCert and kafka.clientKey.", FieldPath = ".auth")]
[ValidationRule("self.auth != 'mtls' || self.tls", "kafka.auth: mtls needs kafka.tls: true; a client certificate is part of TLS.", FieldPath = ".tls")]
[ValidationRule("!self.tls || self.auth != 'none'", "kafka.tls: true needs kafka.auth: password or mtls; Dapr uses no TLS without authentication.", FieldPath = ".tls")]
public sealed record KafkaSpec
{
    /// <summary>Addresses as host:port. Required when events go through Dapr over Kafka; the services' own client has its own setting. Default none.</summary>
    [Default(new string[0])]
    [Items(0, 32)]
    public IReadOnlyList<string> Brokers { get; init; } = [];

    /// <summary>How to log in: none, password (SASL) or mtls. Default none.</summary>
    [Default("none")]
    [AllowedValues("none", "password", "mtls")]
    public string Auth { get; init; } = "none";

    /// <summary>SASL mechanism for auth: password: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512. Default SCRAM-SHA-512.</summary>
    [Default("SCRAM-SHA-512")]
    [AllowedValues("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")]
    public string Mechanism { get; init; } = "SCRAM-SHA-512";

    /// <summary>SASL user name, for auth: password. No default.</summary>
    public SecretReference? Username { get; init; }

    /// <summary>SASL password, for auth: password. No default.</summary>
    public SecretReference? Password { get; init; }

    /// <summary>Whether to use TLS. Default false.</summary>
    [Default(false)]
    public bool Tls { get; init; }

    /// <summary>Certificate of the authority that signed the brokers' certificates, PEM. Default: the system's.</summary>
    public SecretReference? CaCert { get; init; }

    /// <summary>Client certificate for auth: mtls, PEM. No default.</summary>
    public SecretReference? ClientCert { get; init; }

    /// <summary>Private key of the client certificate, PEM. No default.</summary>
    public SecretReference? ClientKey { get; init; }

    /// <summary>Version of the Kafka protocol that sidecars speak. Default 2.0.0.</summary>
    [Default("2.0.0")]
    [Pattern(@"^[0-9]+\.[0-9]+\.[0-9]+$")]
    public string Version { get; init; } = "2.0.0";

    /// <summary>
    /// Where a consumer group without committed offsets begins: oldest or newest. newest loses what is there already. Default none: as oldest, but the preflight
    /// fails when such a group meets a topic that is not empty.
    /// </summary>
    [AllowedValues("oldest", "newest")]
    public string? InitialOffset { get; init; }

    /// <summary>Consumer groups of the services' own client, whose offsets Dapr continues.</summary>
    [Default]
    public ConsumerGroupsSpec ConsumerGroups { get; init; } = new();
}

/// <summary>Kafka consumer groups per service.</summary>
public sealed record ConsumerGroupsSpec
{
    /// <summary>Group of the notification service. Default notification-service-group.</summary>
    [Default("notification-service-group")]
    [Length(1, 249)]
    public string Notification { get; init; } = "notification-service-group";

    /// <summary>Group of the e-mail delivery service. Default email-delivery-consumer-group.</summary>
    [Default("email-delivery-consumer-group")]
    [Length(1, 249)]
    public string EmailDelivery { get; init; } = "email-delivery-consumer-group";

    /// <summary>Group of the recurring-task service. Default recurring-task-service-group.</summary>
    [Default("recurring-task-service-group")]
    [Length(1, 249)]
    public string RecurringTask { get; init; } = "recurring-task-service-group";
}

/// <summary>Redis Streams.</summary>
[ValidationRule("!has(self.username) || has(self.password)", "redis.username needs redis.password.", FieldPath = ".username")]
[ValidationRule("duration(self.redeliverInterval) <= duration('1h')", "redis.redeliverInterval has to be 1h or less.", FieldPath = ".redeliverInterval")]
[ValidationRule("duration(self.redeliverInterval) >= duration('100ms')", "redis.redeliverInterval has to be 100ms or more; 0 would switch redelivery off, and a crash would lose events.", FieldPath = ".redeliverInterval")]
public sealed record RedisSpec
{
    /// <summary>Address as host:port. Required for broker: redis. No default.</summary>
    [Length(0, 259)]
    public string? Host { get; init; }

    /// <summary>User name, for Redis with access control lists. No default.</summary>
    public SecretReference? Username { get; init; }

    /// <summary>Password. No default.</summary>
    public SecretReference? Password { get; init; }

    /// <summary>Whether to use TLS. Default false.</summary>
    [Default(false)]
    public bool Tls { get; init; }

    /// <summary>How long an entry may be worked on before it is delivered again, in case the sidecar died with it. More than delivery.handlerTimeout. Default 20s.</summary>
    [Default("20s")]
    [DurationRange("1s", "1h")]
    public TimeSpan ProcessingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often entries of dead sidecars are looked for. Default 5s.</summary>
    [Default("5s")]
    public TimeSpan RedeliverInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long handled entries are kept in the streams at least. Default 24h.</summary>
    [Default("24h")]
    [DurationRange("1m", "8760h")]
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>The state store (PostgreSQL) of the notification service.</summary>
public sealed record StateStoreSpec
{
    /// <summary>Connection string of the database. Default: key DATABASE_URL of Secret todo-app-secrets.</summary>
    public SecretReference ConnectionString { get; init; } = new() { Name = "todo-app-secrets", Key = "DATABASE_URL" };

    /// <summary>Prefix of the tables that Dapr makes. Default dapr_notification_.</summary>
    [Default("dapr_notification_")]
    [Pattern("^[a-z_][a-z0-9_]{0,40}$")]
    public string TablePrefix { get; init; } = "dapr_notification_";

    /// <summary>How often expired rows are removed. Default 1h.</summary>
    [Default("1h")]
    [DurationRange("1s", "720h")]
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>Tracing by OTLP.</summary>
public sealed record TracingSpec
{
    /// <summary>Address of the collector as host:port, without a scheme. Default none: no traces.</summary>
    [Pattern("^[^/]+:[0-9]+$")]
    public string? Endpoint { get; init; }

    /// <summary>Protocol of the collector: grpc or http. Default grpc.</summary>
    [Default("grpc")]
    [AllowedValues("grpc", "http")]
    public string Protocol { get; init; } = "grpc";

    /// <summary>Share of requests that are traced, 0 to 1. Default 1.</summary>
    [Default(1.0)]
    [RangeMinimum(0)]
    [RangeMaximum(1)]
    public double Sampling { get; init; } = 1;

    /// <summary>Whether the connection to the collector uses TLS. Default false.</summary>
    [Default(false)]
    public bool Secure { get; init; }
}
