using Kubernetes.Conformance.Support;
using LocalCluster.ApiServer.Faults;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tests.Support;

namespace LocalCluster.ApiServer.Tests.Http;

public sealed class RequestTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Requests_are_counted_by_client_and_verb()
    {
        using var client = fixture.NewHttp("counted/2.0 (linux)");
        await client.GetAsync("/api/v1/namespaces");
        await client.GetAsync("/api/v1/namespaces/default");
        await client.PostAsync("/api/v1/namespaces/default/configmaps", Manifests.ConfigMap("default", "counted"));
        await client.PostAsync("/api/v1/namespaces/default/configmaps?dryRun=All", Manifests.ConfigMap("default", "dry"));
        using (await client.WatchAsync("/api/v1/namespaces?watch=true"))
        {
            Assert.Equal(1, fixture.Server.Requests.Count("watch", "counted"));
        }

        Assert.Equal(1, fixture.Server.Requests.Count("list", "counted"));
        Assert.Equal(1, fixture.Server.Requests.Count("get", "counted"));
        var writes = fixture.Server.Requests.Records.Where(r => r.UserAgent == "counted" && r.IsWrite).ToList();
        Assert.Equal("configmaps", Assert.Single(writes).Resource);
        Assert.Equal(201, writes[0].Code);
    }

    [Fact]
    public async Task Faults_answer_delay_and_cut()
    {
        using var client = fixture.NewHttp("faulty/1");
        try
        {
            fixture.Server.Faults = r => r.UserAgent == "faulty" ? new Fault { Status = 409 } : null;
            Assert.Equal("Conflict", (await client.GetAsync("/api/v1/namespaces")).Expect(409).Reason);
            Assert.Equal(200, (await fixture.Http.GetAsync("/api/v1/namespaces")).Code);

            fixture.Server.Faults = r => r.UserAgent == "faulty" && r.Verb == "create" ? new Fault { CutAfterCommit = true } : null;
            await Assert.ThrowsAnyAsync<HttpRequestException>(
                () => client.PostAsync("/api/v1/namespaces/default/configmaps", Manifests.ConfigMap("default", "committed")));
            Assert.NotNull(fixture.Api.Get(ResourceTypes.ConfigMaps, "default", "committed"));

            fixture.Server.Faults = r => r.UserAgent == "faulty" && r.Verb == "create" ? new Fault { CutBefore = true } : null;
            await Assert.ThrowsAnyAsync<HttpRequestException>(
                () => client.PostAsync("/api/v1/namespaces/default/configmaps", Manifests.ConfigMap("default", "uncommitted")));
            Assert.Null(fixture.Api.Get(ResourceTypes.ConfigMaps, "default", "uncommitted"));
        }
        finally
        {
            fixture.Server.Faults = null;
        }
    }

    [Fact]
    public async Task A_fault_ends_cuts_or_expires_a_watch()
    {
        var ns = fixture.Namespace("cut");
        fixture.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "a"), "tests");
        fixture.Api.Create(ResourceTypes.ConfigMaps, Manifests.ConfigMap(ns, "b"), "tests");
        try
        {
            fixture.Server.Faults = r => r.Verb == "watch" && r.Namespace == ns ? new Fault { EndWatchAfter = 1 } : null;
            using var ended = await fixture.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true");
            Assert.Equal("ADDED a", await ended.NextChangeAsync());
            Assert.Equal("END", await ended.NextChangeAsync());

            fixture.Server.Faults = r => r.Verb == "watch" && r.Namespace == ns ? new Fault { CutWatchAfter = 1 } : null;
            await Assert.ThrowsAnyAsync<IOException>(async () =>
            {
                using var cut = await fixture.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true");
                while (await cut.NextChangeAsync() != "END")
                {
                }
            });

            fixture.Server.Faults = r => r.Verb == "watch" && r.Namespace == ns ? new Fault { ExpireWatchAfter = 1 } : null;
            using var expired = await fixture.Http.WatchAsync($"/api/v1/namespaces/{ns}/configmaps?watch=true");
            Assert.Equal("ADDED a", await expired.NextChangeAsync());
            Assert.Equal(410, (int)(await expired.NextAsync())!["object"]!["code"]!);
        }
        finally
        {
            fixture.Server.Faults = null;
        }
    }

    [Fact]
    public async Task A_name_that_is_given_twice_is_refused()
    {
        // Of the repeated field a Kubernetes server only warns; here it is always a mistake of a test.
        const string Twice = """{"metadata":{"name":"a","name":"b"}}""";
        (await fixture.Http.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/configmaps", Twice, "application/json")).Expect(400);
    }
}
