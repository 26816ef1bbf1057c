using System.Text.Json.Nodes;
using Todo.Operator.Generation;
using Todo.Operator.Preflight.Dapr;
using Todo.Operator.Tests.Cluster;

namespace Todo.Operator.Tests.Preflight;

/// <summary>The tables of Dapr's components, and what is made of them.</summary>
public sealed class ComponentTests(TestBackends backends)
{
    public static TheoryData<string, string, string, string> Slips() => new()
    {
        { "pubsub.kafka", "enableTLS", "true", "pubsub.kafka has no field enableTLS, and Dapr would ignore it without a word: TLS is on unless disableTls is true or authType is none." },
        { "pubsub.kafka", "compressionType", "gzip", "pubsub.kafka has no field compressionType, and Dapr would ignore it without a word: it is compression." },
        { "pubsub.kafka", "maxRetries", "3", "pubsub.kafka has no field maxRetries, and Dapr would ignore it without a word: retries belong into a Resiliency." },
        { "pubsub.kafka", "brokerz", "a:1", "pubsub.kafka has no field brokerz, and Dapr would ignore it without a word." },
        { "pubsub.kafka", "authType", "sasl", "authType: sasl does not exist: SASL is password." },
        { "pubsub.kafka", "authType", "plain", "authType is \"plain\"; pubsub.kafka reads none, password, mtls, oidc, oidc_private_key_jwt, certificate, awsiam." },
        {
            "pubsub.kafka", "saslMechanism", "SCRAM-SHA-256",
            "saslMechanism: SCRAM-SHA-256 is not one of SHA-256, SHA-512: Dapr would silently log in with SASL/PLAIN and send the password as it is; write SHA-256."
        },
        { "pubsub.kafka", "brokers", "kafka-1", "brokers is \"kafka-1\"; pubsub.kafka reads host:port, several with commas between them." },
        { "pubsub.kafka", "version", "3", "version is \"3\"; pubsub.kafka reads a version such as 2.0.0." },
        { "pubsub.kafka", "heartbeatInterval", "soon", "heartbeatInterval is \"soon\"; pubsub.kafka reads a duration such as 500ms or 1h, or a bare number." },
        { "pubsub.kafka", "disableTls", "no", "disableTls is \"no\"; pubsub.kafka reads true or false." },
        { "pubsub.redis", "redeliverInterval", "15s", "redeliverInterval is \"15s\"; pubsub.redis reads bare milliseconds above 0 (\"15s\" would be ignored)." },
        {
            "pubsub.redis", "processingTimeout", "0",
            "processingTimeout is \"0\"; pubsub.redis reads a duration above 0 such as 20s, or bare milliseconds (0 switches redelivery off: a crash would lose what is pending)."
        },
        {
            "pubsub.redis", "processingTimeout", "soon",
            "processingTimeout is \"soon\"; pubsub.redis reads a duration above 0 such as 20s, or bare milliseconds (0 switches redelivery off: a crash would lose what is pending)."
        },
        {
            "pubsub.redis", "processingTimeout", "0h0.0s",
            "processingTimeout is \"0h0.0s\"; pubsub.redis reads a duration above 0 such as 20s, or bare milliseconds (0 switches redelivery off: a crash would lose what is pending)."
        },
        { "pubsub.redis", "redisHost", "redis", "redisHost is \"redis\"; pubsub.redis reads host:port." },
        {
            "pubsub.redis", "maxLenApprox", "1000",
            "maxLenApprox is \"1000\"; pubsub.redis reads it, but only 0 is safe: trimming by length removes entries that nobody has read."
        },
        { "pubsub.redis", "poolSize", "0", "poolSize is \"0\"; pubsub.redis reads a whole number from 1." },
        { "pubsub.kafka", "producerIdempotence", "x", "pubsub.kafka has no field producerIdempotence, and Dapr would ignore it without a word: Dapr's producer is never idempotent." },
        { "pubsub.kafka", "enableIdempotence", "x", "pubsub.kafka has no field enableIdempotence, and Dapr would ignore it without a word: Dapr's producer is never idempotent." },
        { "pubsub.kafka", "requiredAcks", "x", "pubsub.kafka has no field requiredAcks, and Dapr would ignore it without a word: it is producerRequiredAcks." },
        { "pubsub.kafka", "acks", "x", "pubsub.kafka has no field acks, and Dapr would ignore it without a word: it is producerRequiredAcks." },
        { "pubsub.kafka", "retryBackoff", "x", "pubsub.kafka has no field retryBackoff, and Dapr would ignore it without a word: retries belong into a Resiliency." },
        { "pubsub.kafka", "messageHandlerTimeout", "x", "pubsub.kafka has no field messageHandlerTimeout, and Dapr would ignore it without a word: time limits belong into a Resiliency." },
        { "pubsub.kafka", "deadLetterTopic", "x", "pubsub.kafka has no field deadLetterTopic, and Dapr would ignore it without a word: it belongs into the Subscription." },
        { "pubsub.redis", "deadLetterTopic", "x", "pubsub.redis has no field deadLetterTopic, and Dapr would ignore it without a word: it belongs into the Subscription." },
        { "pubsub.redis", "disableTls", "x", "pubsub.redis has no field disableTls, and Dapr would ignore it without a word: Redis has enableTLS." },
        { "pubsub.redis", "host", "x", "pubsub.redis has no field host, and Dapr would ignore it without a word: it is redisHost." },
        { "pubsub.redis", "password", "x", "pubsub.redis has no field password, and Dapr would ignore it without a word: it is redisPassword." },
        { "state.postgresql", "cleanupIntervalInSeconds", "x", "state.postgresql has no field cleanupIntervalInSeconds, and Dapr would ignore it without a word: it is cleanupInterval." },
        {
            "pubsub.kafka", "saslMechanism", "SCRAM-SHA-512",
            "saslMechanism: SCRAM-SHA-512 is not one of SHA-256, SHA-512: Dapr would silently log in with SASL/PLAIN and send the password as it is; write SHA-512."
        },
        { "pubsub.redis", "streamTTL", "1h", "streamTTL is \"1h\"; pubsub.redis reads it, but no value is safe: trimming by age removes entries that nobody has read." },
        { "pubsub.kafka", "clientID", "", "clientID is \"\"; pubsub.kafka reads a text that is not empty." },
        { "pubsub.kafka", "initialOffset", "latest", "initialOffset is \"latest\"; pubsub.kafka reads oldest, newest." },
        { "state.postgresql", "port", "0", "port is \"0\"; state.postgresql reads a whole number from 1." },
        { "state.postgresql", "tableName", "state", "state.postgresql has no field tableName, and Dapr would ignore it without a word: v2 has tablePrefix; the table is the prefix and \"state\"." },
    };

    [Theory]
    [MemberData(nameof(Slips))]
    public void A_slip_of_the_pen_is_explained(string type, string name, string value, string expected)
    {
        var schema = ComponentSchemas.All.First(s => s.Type == type);
        List<(string, string?)> metadata = [(name, value), .. schema.Fields.Where(f => f.Required && f.Name != name).Select(f => (f.Name, (string?)null))];
        Assert.Equal([expected], schema.Problems(metadata).Select(p => p.Text));
    }

    [Fact]
    public async Task Bulk_delivery_over_Kafka()
    {
        const string Warning = "bulk Warning: delivery.bulk is on: over Kafka one failing handler stops all topics of its service, because Dapr delivers them under one lock. "
            + "Switch it off (spec.delivery.bulk.enabled: false) unless you have measured that you need it.";
        await using var world = await PreflightWorld.StartAsync(backends);
        world.Spec["delivery"] = new JsonObject { ["bulk"] = new JsonObject { ["enabled"] = true } };
        Assert.Equal([Warning], await world.ComplaintsAsync());
    }

    [Fact]
    public void What_is_missing_or_given_twice_is_named() =>
        Assert.Equal(
            ["pubsub.kafka does not load without authType.", "clientID is given 2 times."],
            ComponentSchemas.Kafka.Problems([("brokers", "kafka:9092"), ("clientID", "a"), ("clientid", "b")]).Select(p => p.Text));

    [Theory]
    [InlineData("redisHost=redis:6379")]
    [InlineData("redisHost=redis,redisPort=6379,processingTimeout=20s")]
    [InlineData("REDISHOST=redis:6379,processingTimeout=60000,maxLenApprox=0")]
    public void What_Dapr_reads_is_no_problem(string metadata) =>
        Assert.Empty(ComponentSchemas.Redis.Problems([.. metadata.Split(',').Select(m => m.Split('=')).Select(m => (m[0], (string?)m[1]))]));

    public static TheoryData<string, string?> Others() => new()
    {
        // Resolved by another store: nothing to be looked up here.
        { """{"auth":{"secretStore":"vault"},"spec":{"type":"bindings.aws.s3","version":"v1","metadata":[{"name":"accessKey","secretKeyRef":{"name":"aws","key":"id"}}]}}""", null },
        {
            """{"auth":{"secretStore":"kubernetes"},"spec":{"type":"bindings.aws.s3","version":"v1","metadata":[{"name":"accessKey","secretKeyRef":{"name":"aws","key":"id"}}]}}""",
            "Failed: Component other refers to aws.id, which does not exist: no new sidecar of the namespace starts, and running ones see no change. Correct it, or give it scopes without backend, recurring-task-service, email-delivery-service, notification-service."
        },
        {
            """{"spec":{"type":"pubsub.kafka","version":"v1","metadata":[{"name":"brokers","value":"kafka:9092"}]}}""",
            "Failed: Not generated here, but loaded by the same sidecars: pubsub.kafka does not load without authType. A sidecar that loads it ends. Correct it, or give it scopes without backend, recurring-task-service, email-delivery-service, notification-service."
        },
        {
            """{"spec":{"ignoreErrors":true,"type":"pubsub.kafka","version":"v1","metadata":[{"name":"brokers","value":"kafka:9092"}]}}""",
            "Warning: Not generated here, but loaded by the same sidecars: pubsub.kafka does not load without authType."
        },
        {
            """{"spec":{"type":"pubsub.kafka","version":"v1","metadata":[{"name":"brokers","value":"kafka:9092"},{"name":"authType","value":"sasl"}]}}""",
            "Failed: Not generated here, but loaded by the same sidecars: authType: sasl does not exist: SASL is password. A sidecar that loads it ends. Correct it, or give it scopes without backend, recurring-task-service, email-delivery-service, notification-service."
        },
        {
            """{"spec":{"type":"pubsub.kafka","version":"v2","metadata":[]}}""",
            "Failed: Component other is of type pubsub.kafka in version v2, which Dapr does not have: a sidecar that loads it ends. Correct it, or give it scopes without backend, recurring-task-service, email-delivery-service, notification-service."
        },
        {
            """{"spec":{"ignoreErrors":true,"type":"pubsub.kafka","version":"v2","metadata":[]}}""",
            "Warning: Component other is of type pubsub.kafka in version v2, which Dapr does not have: a sidecar that loads it goes on without it."
        },
        {
            """{"spec":{"type":"pubsub.kafak","version":"v1","metadata":[]}}""",
            "Warning: Component other is of type pubsub.kafak, which Dapr does not bring with it: a sidecar without a pluggable component of that type ends."
        },
        { """{"spec":{"type":"state.postgresql","version":"v1","metadata":[{"name":"connectionString","value":"x"},{"name":"tableName","value":"x"}]}}""", null },
        { """{"spec":{"type":"bindings.cron","version":"v1","metadata":[{"name":"schedule","value":"@every 1h"}]}}""", null },
        { """{"spec":{"type":"middleware.http.routeralias","version":"v1","metadata":[]}}""", null },
        { """{"spec":{"ignoreErrors":true,"type":"scheduler.etcd","version":"v1","metadata":[]}}""", null },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public async Task A_Component_of_somebody_else_is_judged_by_what_it_does_to_the_sidecars(string manifest, string? expected)
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        var component = JsonNode.Parse(manifest)!.AsObject();
        (component["apiVersion"], component["kind"]) = ("dapr.io/v1alpha1", "Component");
        component["metadata"] = new JsonObject { ["name"] = "other", ["namespace"] = "default" };
        await world.ApplyAsync<DaprComponent>(component.ToJsonString(), "somebody");
        Assert.Equal(expected is null ? [] : [$"component/other {expected}"], await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_generated_Component_with_a_value_that_Dapr_does_not_read()
    {
        await using var world = await PreflightWorld.StartAsync(backends);

        // A resource that is older than the field's pattern.
        var spec = await Spec(world);
        var results = await world.CheckAsync(spec with { Kafka = spec.Kafka with { Version = "3" } });
        Assert.Equal(
            ["backend", "recurring-task-service", "email-delivery-service", "notification-service"],
            results.Where(r => r is { Outcome: Operator.Preflight.CheckOutcome.Failed, Message: "version is \"3\"; pubsub.kafka reads a version such as 2.0.0." })
                .Select(r => r.Name["component/todo-kafka-".Length..]));
    }

    [Fact]
    public async Task A_Component_of_somebody_else_whose_Secret_is_missing()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await world.ApplyAsync<DaprComponent>(
            """
            {"apiVersion":"dapr.io/v1alpha1","kind":"Component","metadata":{"name":"blob","namespace":"default"},
             "spec":{"type":"bindings.aws.s3","version":"v1","metadata":[{"name":"accessKey","secretKeyRef":{"name":"aws","key":"id"}}]}}
            """,
            "somebody");
        Assert.Equal(
            [
                "component/blob Failed: Component blob refers to aws.id, which does not exist: no new sidecar of the namespace starts, and running ones see no change. "
                + "Correct it, or give it scopes without backend, recurring-task-service, email-delivery-service, notification-service.",
            ],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task A_Component_of_a_type_that_Dapr_does_not_have()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        await world.ApplyAsync<DaprComponent>(
            """
            {"apiVersion":"dapr.io/v1alpha1","kind":"Component","metadata":{"name":"jobs-scheduler","namespace":"default"},"scopes":["notification-service"],
             "spec":{"type":"scheduler.etcd","version":"v1","metadata":[{"name":"endpoints","value":"etcd:2379"}]}}
            """,
            "somebody");
        Assert.Equal(
            [
                "component/jobs-scheduler Failed: Component jobs-scheduler is of type scheduler.etcd, which Dapr does not have: a sidecar that loads it ends. "
                + "Correct it, or give it scopes without backend, recurring-task-service, email-delivery-service, notification-service.",
            ],
            await world.ComplaintsAsync());
    }

    [Fact]
    public async Task Slips_in_somebody_elses_Component_are_only_told_and_those_out_of_scope_not_even_that()
    {
        await using var world = await PreflightWorld.StartAsync(backends);
        foreach (var (name, scope) in new[] { ("pubsub", "backend"), ("elsewhere", "another-app") })
        {
            await world.ApplyAsync<DaprComponent>(
                $$$"""
                {"apiVersion":"dapr.io/v1alpha1","kind":"Component","metadata":{"name":"{{{name}}}","namespace":"default"},"scopes":["{{{scope}}}"],
                 "spec":{"type":"pubsub.kafka","version":"v1","metadata":[{"name":"brokers","value":"kafka:9092"},{"name":"authType","value":"none"},{"name":"acks","value":"all"}]}}
                """,
                "somebody");
        }

        Assert.Equal(
            ["component/pubsub Warning: Not generated here, but loaded by the same sidecars: pubsub.kafka has no field acks, and Dapr would ignore it without a word: it is producerRequiredAcks."],
            await world.ComplaintsAsync());
    }

    private static async Task<Operator.Resource.TodoPlatformSpec> Spec(PreflightWorld world)
    {
        await world.CheckAsync();
        return (await world.Client.GetAsync<Operator.Resource.V1Alpha1TodoPlatform>("default", "todo"))!.Spec;
    }
}
