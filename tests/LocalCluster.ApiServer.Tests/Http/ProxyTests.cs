using System.Net;
using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LocalCluster.ApiServer.Tests.Http;

public sealed class ProxyTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_request_reaches_the_pod_with_its_verb_path_query_body_and_token_of_its_own()
    {
        await using var pod = await EchoAsync();
        var ns = fixture.Namespace("proxy");
        var value = fixture.Api.Create(ResourceTypes.Pods, Manifests.Pod(ns, "echo", "node"), "tests");
        value["status"] = new JsonObject { ["podIP"] = pod.Address.Host };
        fixture.Api.UpdateStatus(ResourceTypes.Pods, value, "tests");

        var path = $"/api/v1/namespaces/{ns}/pods/echo:{pod.Address.Port}/proxy/internal/replay/a%2Fb?x=1";
        var answer = (await fixture.Http.SendAsync(HttpMethod.Put, path, "body", "text/plain")).Expect(418);
        Assert.Equal("PUT /internal/replay/a%2Fb?x=1 body authorization: ", answer.Text);
    }

    [Fact]
    public async Task A_pod_that_does_not_answer_is_unavailable()
    {
        var ns = fixture.Namespace("proxy-down");
        var value = fixture.Api.Create(ResourceTypes.Pods, Manifests.Pod(ns, "down", "node"), "tests");
        Assert.Equal("BadRequest", (await fixture.Http.GetAsync($"/api/v1/namespaces/{ns}/pods/down:1/proxy/")).Expect(400).Reason);
        value["status"] = new JsonObject { ["podIP"] = "127.61.1.99" };
        fixture.Api.UpdateStatus(ResourceTypes.Pods, value, "tests");
        Assert.Equal("ServiceUnavailable", (await fixture.Http.GetAsync($"/api/v1/namespaces/{ns}/pods/down:1/proxy/")).Expect(503).Reason);
        (await fixture.Http.GetAsync($"/api/v1/namespaces/{ns}/pods/nobody:1/proxy/")).Expect(404);
    }

    private static async Task<Echo> EchoAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Parse("127.61.1.98"), 0));
        var application = builder.Build();
        application.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var target = http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            http.Response.StatusCode = 418;
            await http.Response.WriteAsync($"{http.Request.Method} {target} {await reader.ReadToEndAsync()} authorization: {http.Request.Headers.Authorization}");
        });
        await application.StartAsync();
        return new Echo(application, new Uri(application.Urls.First()));
    }

    private sealed record Echo(WebApplication Application, Uri Address) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Application.DisposeAsync();
    }
}
