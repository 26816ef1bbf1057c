using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Crd;
using Kubernetes.Operator.Hosting;
using Kubernetes.Operator.Informers;
using Kubernetes.Operator.Metrics;
using Kubernetes.SampleOperator;
using Kubernetes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Operator.Tests.Running;

/// <summary>The gadget operator, running in this process against an API server.</summary>
internal sealed class RunningOperator : IAsyncDisposable
{
    public const string Name = "gadget-operator";

    private static readonly KubernetesEntityDefinition Definitions =
        new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", Namespaced: false);

    private readonly IHost _host;

    private RunningOperator(IHost host) => _host = host;

    public GadgetController Controller => _host.Services.GetRequiredService<GadgetController>();

    public MetricsRegistry Metrics => _host.Services.GetRequiredService<MetricsRegistry>();

    public OperatorState State => _host.Services.GetRequiredService<OperatorState>();

    public IEntityCache<T> Cache<T>() where T : class, IKubernetesObject => _host.Services.GetRequiredService<IEntityCache<T>>();

    public IHostApplicationLifetime Lifetime => _host.Services.GetRequiredService<IHostApplicationLifetime>();

    public static async Task InstallAsync(IKubernetesClient client)
    {
        await client.ApplyAsync(Definitions, CrdGenerator.Generate(typeof(V1Gadget)), new ApplyOptions("tests"), TestContext.Current.CancellationToken);
        await Eventually.IsTrue(
            async () => (await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/apis/tests.todo.io/v1/gadgets"))).IsSuccessStatusCode,
            "gadgets are served");
    }

    public static async Task<RunningOperator> StartAsync(
        TestApiServer server, Action<OperatorOptions>? options = null, Action<ControllerBuilder<V1Gadget>>? controller = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(server.Configuration);
        builder.Services.AddKubernetesOperator(o =>
            {
                o.Name = Name;
                o.FieldManagers.Add("gadgets");
                o.Informers = new InformerTimings { FirstBackoff = TimeSpan.FromMilliseconds(10), LongestBackoff = TimeSpan.FromMilliseconds(200) };
                options?.Invoke(o);
            })
            .AddController<GadgetController, V1Gadget>(c =>
            {
                c.Owns<V1ConfigMap>();
                controller?.Invoke(c);
            });
        var running = new RunningOperator(builder.Build());
        await running._host.StartAsync(TestContext.Current.CancellationToken);
        return running;
    }

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    public static V1Gadget Gadget(string name, int size = 1) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
        Spec = new GadgetSpec { Size = size, Owner = "me" },
    };

    public static JsonObject Size(int size) => new() { ["spec"] = new JsonObject { ["size"] = size } };
}
