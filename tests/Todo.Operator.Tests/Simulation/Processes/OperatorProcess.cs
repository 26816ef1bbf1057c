using Kubernetes.Client;
using Kubernetes.Client.Serialization;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Events;
using Kubernetes.Operator.Hosting;
using Kubernetes.Operator.Informers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Hosting;
using Todo.Operator.Observation;
using Todo.Operator.Preflight;
using Todo.Operator.Preflight.Brokers;
using Todo.Operator.Preflight.Cluster;
using Todo.Operator.Preflight.Dapr;
using Todo.Operator.Resource;
using Todo.Operator.Retention;
using Todo.Operator.Tests.Simulation.Faults;
using Todo.Operator.Tests.Simulation.Services;
using Todo.Operator.Tests.Simulation.Time;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation.Processes;

/// <summary>
/// One process of the operator: everything that the real one is made of, but for its host. Leadership is not elected here: who leads is what the run
/// is about. Of the preflight checks those are made that look at what is simulated; there is nothing that the others could connect to.
/// </summary>
internal sealed class OperatorProcess : IDisposable
{
    private static readonly KubernetesJson Json = new();

    private static readonly Type[] Checks =
        [typeof(SpecCheck), typeof(DaprApiCheck), typeof(DeploymentCheck), typeof(AdoptionCheck), typeof(SecretCheck), typeof(EndpointCheck), typeof(LedgerCheck)];

    private readonly ServiceProvider _services;
    private readonly IReadOnlyList<IInformer> _informers;
    private readonly IReadOnlyList<IControllerRunner> _controllers;

    public OperatorProcess(SimulatedProcess process, FaultyNetwork network, Func<KubernetesJson, IKubernetesClient> client, ManagementPort port, ILoggerProvider log, Action<IServiceCollection>? configure)
    {
        (Process, Network) = (process, network);
        var services = new ServiceCollection();
        services.AddSingleton(process.Time);
        services.AddSingleton(Json);
        services.AddSingleton(client(Json));
        services.AddSingleton<ILoggerFactory>(new LoggerFactory([log]));
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        OperatorApplication.AddServices(services, new OperatorSettings(null, LeaderElection: false, null, process.Name, System.Net.IPAddress.Loopback, 0));
        services.PostConfigure<OperatorOptions>(o => o.Informers = o.Informers with { Jitter = static () => 0 });
        services.AddSingleton<IEventPublisher, SilentEvents>();
        services.AddSingleton<IBrokerBacklog>(new SimulatedBrokers(port));
        services.AddSingleton<IBrokerMembership>(new SimulatedBrokers(port));
        services.AddSingleton<IStreamKeeper, NoStreams>();
        foreach (var other in services.Where(s => s.ServiceType == typeof(IPreflightCheck) && !Checks.Contains(s.ImplementationType)).ToList())
        {
            services.Remove(other);
        }

        configure?.Invoke(services);
        _services = services.BuildServiceProvider();
        _informers = _services.GetRequiredService<IReadOnlyList<IInformer>>();
        _controllers = _services.GetRequiredService<IReadOnlyList<IControllerRunner>>();
    }

    public SimulatedProcess Process { get; }

    public FaultyNetwork Network { get; }

    public void Start() => Process.Run(() =>
    {
        foreach (var informer in _informers)
        {
            _ = informer.RunAsync(CancellationToken.None);
        }
    });

    /// <summary>Begins to work on what is ready, as soon as the caches are complete; false when there is nothing.</summary>
    public bool Work()
    {
        if (!Process.IsAlive || Process.IsFrozen || !_informers.All(i => i.HasSynced) || _controllers.All(c => c.Ready == 0))
        {
            return false;
        }

        Process.Run(() =>
        {
            foreach (var controller in _controllers)
            {
                _ = controller.TryWorkAsync(CancellationToken.None);
            }
        });
        return true;
    }

    public void Dispose()
    {
        Process.Kill();
        Network.Dispose();
        _services.Dispose();
    }

    /// <summary>The simulated brokers have no address; they answer at once.</summary>
    private sealed class SimulatedBrokers(ManagementPort port) : IBrokerBacklog, IBrokerMembership
    {
        Task<Known<long>> IBrokerBacklog.ReadAsync(GenerationContext context, Broker broker, CancellationToken cancellationToken) => Task.FromResult(port.Backlog(broker));

        Task<Known<IReadOnlyDictionary<ServiceId, Membership>>> IBrokerMembership.ReadAsync(GenerationContext context, Broker broker, CancellationToken cancellationToken) =>
            Task.FromResult(port.Memberships(broker));
    }

    /// <summary>Simulated brokers forget by themselves what was read.</summary>
    private sealed class NoStreams : IStreamKeeper
    {
        public Task KeepAsync(V1Alpha1TodoPlatform platform, GenerationContext context, Decision decision, CancellationToken cancellationToken) => Task.CompletedTask;

        public void Forget(ObjectKey key)
        {
        }
    }

    private sealed class SilentEvents : IEventPublisher
    {
        public void Publish(Kubernetes.Client.Entities.IKubernetesObject regarding, EventType type, string reason, string note, string? action = null)
        {
        }
    }
}
