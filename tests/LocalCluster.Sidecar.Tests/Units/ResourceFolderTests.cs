using LocalCluster.Sidecar.CommandLine;
using LocalCluster.Sidecar.Resources;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalCluster.Sidecar.Tests.Units;

public sealed class ResourceFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sidecar-folder-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Json_as_the_node_writes_it_is_yaml()
    {
        var component = Assert.Single(Load(
            """
            {
              "apiVersion": "dapr.io/v1alpha1",
              "kind": "Component",
              "metadata": { "name": "rps", "namespace": "default" },
              "spec": {
                "type": "pubsub.redis",
                "version": "v1",
                "ignoreErrors": true,
                "initTimeout": "7s",
                "metadata": [ { "name": "redisPassword", "value": "a\u0022b\u002B\u00E4" }, { "name": "poolSize", "value": "20" } ]
              },
              "scopes": [ "app" ]
            }
            """).Components);
        Assert.Equal(("rps", "pubsub.redis", "v1"), (component.Name, component.Type, component.Version));
        Assert.True(component.IgnoreErrors);
        Assert.Equal(TimeSpan.FromSeconds(7), component.InitTimeout);
        Assert.Equal([new("redisPassword", "a\"b+ä"), new("poolSize", "20")], component.Metadata);
        Assert.Null(component.MissingSecret);
    }

    [Fact]
    public void Subscriptions_with_rules_and_scopes()
    {
        var set = Load(
            """
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: { name: mine }
            spec:
              pubsubname: rps
              topic: t
              routes: { default: /d, rules: [ { match: event.type == "a", path: /a } ] }
              deadLetterTopic: dead
              bulkSubscribe: { enabled: true, maxMessagesCount: 5 }
            scopes: [ app, other ]
            ---
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: { name: foreign }
            spec: { pubsubname: rps, topic: t, routes: { default: /d } }
            scopes: [ other ]
            ---
            apiVersion: v1
            kind: Subscription
            """);
        var subscription = Assert.Single(set.Subscriptions);
        Assert.Equal(("mine", "/d", "dead"), (subscription.Name, subscription.DefaultPath, subscription.DeadLetterTopic));
        Assert.Equal(new RouteRule("event.type == \"a\"", "/a"), Assert.Single(subscription.Rules));
        Assert.Equal(new BulkSubscribe(5, TimeSpan.FromSeconds(1)), subscription.Bulk);
    }

    [Fact]
    public void Resiliency_resolves_the_policy_names_of_its_targets()
    {
        var resiliency = Assert.Single(Load(
            """
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata: { name: r }
            spec:
              policies:
                timeouts: { slow: 10s }
                retries:
                  fixed: { policy: constant, duration: 5s, maxRetries: 14 }
                  growing: { policy: exponential, maxInterval: 15s }
              targets:
                components:
                  rps: { inbound: { retry: fixed, timeout: slow }, outbound: { retry: growing } }
            """).Resiliencies);
        Assert.Equal(new PolicySpec(TimeSpan.FromSeconds(10), new RetryPolicySpec(false, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), 14)), resiliency.Inbound["rps"]);
        Assert.Equal(new PolicySpec(null, new RetryPolicySpec(true, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), -1)), resiliency.Outbound["rps"]);
    }

    [Fact]
    public void The_order_of_metadata_matters_and_labels_do_not()
    {
        const string Head = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata:\n  name: c\n";
        string Fingerprint(string yaml) => Load(yaml).Components[0].Fingerprint;
        var one = Fingerprint(Head + "spec: { type: x, version: v1, metadata: [ { name: a, value: 1 }, { name: b, value: 2 } ] }\n");
        Assert.Equal(one, Fingerprint(Head + "  labels: { x: y }\nspec: { version: v1, type: x, metadata: [ { name: a, value: 1 }, { name: b, value: 2 } ] }\n"));
        Assert.NotEqual(one, Fingerprint(Head + "spec: { type: x, version: v1, metadata: [ { name: b, value: 2 }, { name: a, value: 1 } ] }\n"));
        Assert.NotEqual(one, Fingerprint(Head + "spec: { type: x, version: v1, metadata: [ { name: a, value: 1 }, { name: b, value: 2 } ] }\nscopes: [ app ]\n"));
    }

    [Fact]
    public void A_configuration_can_turn_hot_reload_off_and_a_broken_file_is_skipped()
    {
        var config = Path.Combine(_folder, "config");
        File.WriteAllText(config, "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nspec: { features: [ { name: HotReload, enabled: false } ] }\n");
        File.WriteAllText(Path.Combine(_folder, "broken.yaml"), "a: [");
        Assert.False(Load("", config).HotReload);
        Assert.True(Load("").HotReload);
    }

    private ResourceSet Load(string yaml, params string[] configs)
    {
        File.WriteAllText(Path.Combine(_folder, "r.yaml"), yaml);
        using var folder = new ResourceFolder(new DaprdOptions { AppId = "app", ResourcesPaths = [_folder], ConfigFiles = configs }, NullLogger.Instance);
        return folder.Load();
    }
}
