using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Tests.Support;
using LocalCluster.ApiServer.Faults;

namespace Kubernetes.Client.Tests;

/// <summary>Each verb through HTTPS, token and kubeconfig.</summary>
public sealed class ClientAgainstApiServerTests : ApiServerTest
{
    [Fact]
    public async Task What_is_created_can_be_read_and_what_is_missing_is_null()
    {
        var created = await Client.CreateAsync(ConfigMap("a", ("x", "1")));
        var read = await Client.GetAsync<V1ConfigMap>("default", "a");

        Assert.Equal(created.Uid(), read?.Uid());
        Assert.Equal("1", read!.Data!["x"]);
        Assert.Null(await Client.GetAsync<V1ConfigMap>("default", "b"));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_AlreadyExists()
    {
        await Client.CreateAsync(ConfigMap("a"));
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => Client.CreateAsync(ConfigMap("a")));
        Assert.Equal(KubernetesError.AlreadyExists, failure.Error);
        Assert.Equal(409, (int?)failure.StatusCode);
    }

    [Fact]
    public async Task A_list_comes_in_pages()
    {
        for (var i = 0; i < 5; i++)
        {
            await Client.CreateAsync(ConfigMap($"page-{i}"));
        }

        var names = new List<string>();
        string? token = null;
        do
        {
            var page = await Client.ListAsync<V1ConfigMap>(new ListOptions { Namespace = "default", Limit = 2, Continue = token });
            Assert.True(page.Items.Count <= 2);
            names.AddRange(page.Items.Select(i => i.Name()));
            token = page.Metadata.ContinueProperty;
        }
        while (!string.IsNullOrEmpty(token));
        Assert.Equal(["page-0", "page-1", "page-2", "page-3", "page-4"], names.Where(n => n.StartsWith("page-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_replace_of_an_older_version_is_a_conflict()
    {
        var first = await Client.CreateAsync(ConfigMap("a"));
        await Client.ReplaceAsync(first with { Data = new Dictionary<string, string> { ["x"] = "2" } });
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => Client.ReplaceAsync(first with { Data = new Dictionary<string, string> { ["x"] = "3" } }));
        Assert.Equal(KubernetesError.Conflict, failure.Error);
    }

    [Fact]
    public async Task Apply_creates_changes_and_takes_away_what_is_no_longer_sent()
    {
        var options = new ApplyOptions("tester");
        await Client.ApplyAsync(ConfigMap("a", ("x", "1"), ("y", "1")), options);
        var second = await Client.ApplyAsync(ConfigMap("a", ("x", "2")), options);
        Assert.Equal("2", second.Data!["x"]);
        Assert.False(second.Data.ContainsKey("y"));
    }

    [Fact]
    public async Task A_field_of_another_manager_is_a_conflict_that_names_it_and_force_takes_it()
    {
        await Client.ApplyAsync(ConfigMap("a", ("x", "1")), new ApplyOptions("first"));
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => Client.ApplyAsync(ConfigMap("a", ("x", "2")), new ApplyOptions("second")));
        Assert.Equal(KubernetesError.FieldManagerConflict, failure.Error);
        var conflict = Assert.Single(failure.FieldConflicts);
        Assert.Equal(".data.x", conflict.Field);
        Assert.Contains("first", conflict.Message);

        var taken = await Client.ApplyAsync(ConfigMap("a", ("x", "2")), new ApplyOptions("second") { Force = true });
        Assert.Equal("2", taken.Data!["x"]);
    }

    [Fact]
    public async Task An_apply_to_an_older_version_is_a_conflict()
    {
        var first = await Client.CreateAsync(ConfigMap("a"));
        await Client.ApplyAsync(ConfigMap("a", ("x", "1")), new ApplyOptions("tester") { ResourceVersion = first.ResourceVersion() });
        var failure = await Assert.ThrowsAsync<KubernetesException>(
            () => Client.ApplyAsync(ConfigMap("a", ("x", "2")), new ApplyOptions("tester") { ResourceVersion = first.ResourceVersion() }));
        Assert.Equal(KubernetesError.Conflict, failure.Error);
    }

    [Fact]
    public async Task Apply_to_the_status_leaves_the_spec_alone()
    {
        var deployment = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "d", ["namespace"] = "default" },
            ["spec"] = JsonNode.Parse("""{"replicas":2,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}"""),
        };
        await Client.ApplyAsync<V1Deployment>(deployment, new ApplyOptions("tester"));
        var status = new V1Deployment
        {
            Metadata = new V1ObjectMeta { Name = "d", NamespaceProperty = "default" },
            Spec = new V1DeploymentSpec { Replicas = 99 },
            Status = new V1DeploymentStatus { Replicas = 7 },
        };
        var answer = await Client.ApplyAsync(status, new ApplyOptions("reporter") { Subresource = "status" });
        Assert.Equal(7, answer.Status!.Replicas);
        Assert.Equal(2, answer.Spec!.Replicas);
    }

    [Fact]
    public async Task A_json_patch_whose_test_fails_changes_nothing()
    {
        await Client.CreateAsync(ConfigMap("a", ("x", "1")));
        var failure = await Assert.ThrowsAsync<KubernetesException>(() =>
            Client.PatchAsync<V1ConfigMap>("default", "a", new JsonPatch().Test("/data/x", "9").Replace("/data/x", "2")));
        Assert.Equal(KubernetesError.Invalid, failure.Error);
        var patched = await Client.PatchAsync<V1ConfigMap>("default", "a", new JsonPatch().Test("/data/x", "1").Replace("/data/x", "2"));
        Assert.Equal("2", patched.Data!["x"]);
    }

    [Fact]
    public async Task A_merge_patch_removes_by_null()
    {
        await Client.CreateAsync(ConfigMap("a", ("x", "1"), ("y", "1")));
        var patched = await Client.PatchAsync<V1ConfigMap>(
            "default", "a", new MergePatch(new JsonObject { ["data"] = new JsonObject { ["x"] = null, ["y"] = "2" } }));
        Assert.Equal("2", Assert.Single(patched.Data!).Value);
    }

    [Fact]
    public async Task A_delete_with_the_uid_of_another_object_is_a_conflict()
    {
        await Client.CreateAsync(ConfigMap("a"));
        var failure = await Assert.ThrowsAsync<KubernetesException>(
            () => Client.DeleteAsync<V1ConfigMap>("default", "a", new DeleteOptions { Uid = Guid.NewGuid().ToString() }));
        Assert.Equal(KubernetesError.Conflict, failure.Error);

        var deleted = await Client.DeleteAsync<V1ConfigMap>("default", "a");
        Assert.True(deleted is { Found: true, Remaining: null });
        Assert.False((await Client.DeleteAsync<V1ConfigMap>("default", "a")).Found);
    }

    [Fact]
    public async Task A_delete_of_an_object_with_a_finalizer_leaves_it_marked()
    {
        var map = ConfigMap("a");
        map.Metadata.Finalizers = ["tests.todo.io/keep"];
        await Client.CreateAsync(map);
        var deleted = await Client.DeleteAsync<V1ConfigMap>("default", "a");
        Assert.True(deleted.Remaining?.IsDeleting());
    }

    [Fact]
    public async Task A_watch_tells_changes_in_order_from_the_version_that_was_listed()
    {
        var list = await Client.ListAsync<V1ConfigMap>(new ListOptions { Namespace = "default" });
        await Client.CreateAsync(ConfigMap("a"));
        await Client.ApplyAsync(ConfigMap("a", ("x", "1")), new ApplyOptions("tester"));
        await Client.DeleteAsync<V1ConfigMap>("default", "a");

        var seen = new List<WatchEventType>();
        await foreach (var change in Client.WatchAsync<V1ConfigMap>(
            new WatchOptions { Namespace = "default", ResourceVersion = list.Metadata.ResourceVersion }, TestContext.Current.CancellationToken))
        {
            seen.Add(change.Type);
            if (change.Type == WatchEventType.Deleted)
            {
                break;
            }
        }

        Assert.Equal([WatchEventType.Added, WatchEventType.Modified, WatchEventType.Deleted], seen.Where(t => t != WatchEventType.Bookmark));
    }

    [Fact]
    public async Task A_watch_ends_when_nothing_comes_for_too_long()
    {
        var list = await Client.ListAsync<V1ConfigMap>(new ListOptions { Namespace = "default" });
        var options = new WatchOptions { Namespace = "default", ResourceVersion = list.Metadata.ResourceVersion, IdleTimeout = TimeSpan.FromMilliseconds(300) };
        var failure = await Assert.ThrowsAsync<KubernetesException>(async () =>
        {
            await foreach (var _ in Client.WatchAsync<V1ConfigMap>(options, TestContext.Current.CancellationToken))
            {
            }
        });
        Assert.Equal(KubernetesError.Timeout, failure.Error);
    }

    [Fact]
    public async Task Reads_are_tried_again_writes_only_when_they_were_not_begun()
    {
        var failures = 0;
        Server.Server.Faults = request => request.Resource == "configmaps" && Interlocked.Increment(ref failures) <= 2 ? new Fault { Status = 500 } : null;
        Assert.Null(await Client.GetAsync<V1ConfigMap>("default", "none"));
        Assert.Equal(3, failures);

        failures = 1;
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => Client.CreateAsync(ConfigMap("a")));
        Assert.Equal(KubernetesError.ServerError, failure.Error);
        Assert.Equal(2, failures);

        var refused = 0;
        Server.Server.Faults = request => request.Resource == "configmaps" && Interlocked.Increment(ref refused) <= 2 ? new Fault { Status = 429 } : null;
        await Client.CreateAsync(ConfigMap("a"));
        Assert.Equal(3, refused);
    }

    [Fact]
    public async Task An_answer_that_gets_lost_is_Unreachable_and_the_write_is_not_repeated()
    {
        var requests = 0;
        Server.Server.Faults = request => request.Verb == "create" ? Count(new Fault { CutAfterCommit = true }) : null;
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => Client.CreateAsync(ConfigMap("a")));
        Assert.Equal(KubernetesError.Unreachable, failure.Error);
        Assert.Equal(1, requests);
        Assert.NotNull(await Client.GetAsync<V1ConfigMap>("default", "a"));

        Fault Count(Fault fault)
        {
            Interlocked.Increment(ref requests);
            return fault;
        }
    }

    [Fact]
    public async Task A_wrong_token_is_Unauthorized()
    {
        using var stranger = new KubernetesClient(Server.Configuration with { Token = new Configuration.StaticTokenSource("wrong") });
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => stranger.GetAsync<V1ConfigMap>("default", "a"));
        Assert.Equal(KubernetesError.Unauthorized, failure.Error);
    }

    [Fact]
    public async Task A_server_whose_certificate_is_not_the_configured_one_is_not_talked_to()
    {
        using var careful = new KubernetesClient(
            Server.Configuration with { CertificateAuthorities = [] }, new KubernetesClientOptions { MaxRetries = 0 });
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => careful.GetAsync<V1ConfigMap>("default", "a"));
        Assert.Equal(KubernetesError.Unreachable, failure.Error);
    }

    [Fact]
    public async Task The_name_that_is_expected_in_the_certificate_can_be_another_than_the_host()
    {
        using var careful = new KubernetesClient(
            Server.Configuration with { TlsServerName = "elsewhere.example.com" }, new KubernetesClientOptions { MaxRetries = 0 });
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => careful.GetAsync<V1ConfigMap>("default", "a"));
        Assert.Equal(KubernetesError.Unreachable, failure.Error);
        using var right = new KubernetesClient(Server.Configuration with { TlsServerName = Server.Server.Uri.Host });
        Assert.Null(await right.GetAsync<V1ConfigMap>("default", "a"));
    }

    private static V1ConfigMap ConfigMap(string name, params (string Key, string Value)[] data) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
        Data = data.Length == 0 ? null : data.ToDictionary(d => d.Key, d => d.Value, StringComparer.Ordinal),
    };
}
