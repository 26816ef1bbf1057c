using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Faults;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tests.Support;

namespace LocalCluster.ApiServer.Tests.Http;

public sealed class RequestTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Requests_are_counted_by_client_and_verb()
    {
        using var client = new HttpApi(fixture.Server, ServerFixture.Token, "counted/2.0 (linux)");
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
        using var client = new HttpApi(fixture.Server, ServerFixture.Token, "faulty/1");
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

    [Theory]
    [InlineData("not json", 400)]
    [InlineData("[]", 400)]
    [InlineData("""{"metadata":{"name":"a","name":"b"}}""", 400)]
    [InlineData("""{"kind":"Secret","metadata":{"name":"a"}}""", 400)]
    [InlineData("""{"metadata":{"name":"Upper"}}""", 422)]
    [InlineData("""{"metadata":{}}""", 422)]
    [InlineData("""{"metadata":"x"}""", 400)]
    [InlineData("""{"metadata":{"name":"a"},"data":{"k":5}}""", 400)]
    public async Task A_body_that_makes_no_sense_is_a_status(string body, int code)
    {
        var answer = (await fixture.Http.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/configmaps", body, "application/json")).Expect(code);
        Assert.Equal("Status", (string?)answer.Json["kind"]);
    }

    [Fact]
    public async Task Questions_of_rights_and_identity_are_answered()
    {
        var review = await fixture.Http.PostAsync("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", new JsonObject { ["spec"] = new JsonObject() });
        Assert.True((bool)review.Expect(201).Json["status"]!["allowed"]!);
        var token = await fixture.Http.PostAsync(
            "/apis/authentication.k8s.io/v1/tokenreviews", new JsonObject { ["spec"] = new JsonObject { ["token"] = "wrong" } });
        Assert.False((bool)token.Expect(201).Json["status"]!["authenticated"]!);
    }
}
