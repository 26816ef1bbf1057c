using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Operator.Crd;
using Kubernetes.SampleOperator;
using Kubernetes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kubernetes.Operator.Tests.Running;

/// <summary>An operator of under sixty lines has all that the runtime promises.</summary>
public sealed class GreetingTests : IAsyncLifetime
{
    private static readonly KubernetesEntityDefinition Definitions =
        new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", Namespaced: false);

    private TestApiServer _server = null!;
    private KubernetesClient _client = null!;
    private IHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestApiServer.StartAsync();
        _client = _server.NewClient("kubectl");
        await _client.ApplyAsync(Definitions, CrdGenerator.Generate(typeof(V1Greeting)), new ApplyOptions("tests"));
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(_server.Configuration);
        GreetingController.AddTo(builder.Services);
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_is_wanted_comes_follows_changes_and_is_put_right()
    {
        await _client.CreateAsync(new V1Greeting
        {
            Metadata = new V1ObjectMeta { Name = "g", NamespaceProperty = "default" },
            Spec = new GreetingSpec { Name = "Ada" },
        });
        await TextIs("Hello, Ada!");

        await _client.PatchAsync<V1Greeting>("default", "g", new MergePatch(new JsonObject { ["spec"] = new JsonObject { ["name"] = "Grace" } }));
        await TextIs("Hello, Grace!");
        await Eventually.IsTrue(async () => (await _client.GetAsync<V1Greeting>("default", "g"))!.Status?.Text == "Hello, Grace!", "the status says so");

        await _client.PatchAsync<V1ConfigMap>("default", "g", new MergePatch(new JsonObject { ["data"] = new JsonObject { ["text"] = "Bye" } }));
        await TextIs("Hello, Grace!");
        await _client.DeleteAsync<V1ConfigMap>("default", "g");
        await TextIs("Hello, Grace!");
        var greeting = (await _client.GetAsync<V1Greeting>("default", "g"))!;
        Assert.True((await _client.GetAsync<V1ConfigMap>("default", "g"))!.IsOwnedBy(greeting));
    }

    private Task TextIs(string text) => Eventually.IsTrue(
        async () => (await _client.GetAsync<V1ConfigMap>("default", "g"))?.Data?["text"] == text, $"the map says {text}");
}
