using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Hosting;
using Kubernetes.Operator.Informers;
using Kubernetes.Operator.Leadership;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Todo.Operator.Tests.Simulation.Time;

namespace Kubernetes.Operator.Tests.Simulation;

/// <summary>One process of an operator that does a deed for each wish: caches, queue, controller and election are the real ones.</summary>
internal sealed class WishOperator
{
    private readonly ServiceProvider _services;
    private readonly IReadOnlyList<IInformer> _informers;
    private readonly IControllerRunner _controller;
    private readonly LeaderElector _elector;

    public WishOperator(SimulatedProcess process, Wire wire)
    {
        (Process, Wire) = (process, wire);
        var services = new ServiceCollection();
        services.AddSingleton(process.Time);
        services.AddSingleton<IKubernetesClient>(wire);
        services.AddLogging();
        services
            .AddKubernetesOperator(o =>
            {
                o.Name = "wish-operator";
                o.Informers = o.Informers with { Jitter = static () => 0.5, PageSize = 2 };
            })
            .AddController<WishController, V1Wish>(c => c.Owns<V1Deed>());
        _services = services.BuildServiceProvider();
        _informers = _services.GetRequiredService<IReadOnlyList<IInformer>>();
        _controller = _services.GetRequiredService<IReadOnlyList<IControllerRunner>>().Single();
        _elector = new LeaderElector(
            wire, new LeaseIdentity("default", "wishes", process.Name), new LeaderElectionOptions { Jitter = static () => 0.5 }, process.Time, NullLogger.Instance);
    }

    public SimulatedProcess Process { get; }

    public Wire Wire { get; }

    public bool IsLeader => _elector.IsLeader;

    public IEntityCache<T> Cache<T>() where T : class, IKubernetesObject => _services.GetRequiredService<IEntityCache<T>>();

    public void Start() => Process.Run(() =>
    {
        foreach (var informer in _informers)
        {
            _ = informer.RunAsync(CancellationToken.None);
        }

        _ = LeadAsync();
    });

    /// <summary>Begins to work on what is ready; false when there is nothing, or when it is not for this process to do.</summary>
    public bool Work()
    {
        if (!Process.IsAlive || Process.IsFrozen || !IsLeader || !_informers.All(static i => i.HasSynced) || _controller.Ready == 0)
        {
            return false;
        }

        Process.Run(() => _ = _controller.TryWorkAsync(CancellationToken.None));
        return true;
    }

    // Losing the lead ends the process: nothing of it may go on as if it had not.
    private async Task LeadAsync()
    {
        await _elector.AcquireAsync(CancellationToken.None);
        await _elector.HoldAsync(CancellationToken.None);
        Process.Kill();
    }
}

/// <summary>For each wish a deed of the same value. Decides by its caches alone, and says in each write on which state it has decided.</summary>
public sealed class WishController(IKubernetesClient client, IEntityCache<V1Deed> deeds) : IEntityController<V1Wish>
{
    public async Task<ReconciliationResult<V1Wish>> ReconcileAsync(V1Wish entity, CancellationToken cancellationToken)
    {
        var deed = deeds.Get(entity.Namespace(), entity.Name());
        if (deed is null)
        {
            await client.CreateAsync(
                new V1Deed
                {
                    Metadata = new V1ObjectMeta { Name = entity.Name(), NamespaceProperty = entity.Namespace(), OwnerReferences = [entity.MakeOwnerReference()] },
                    Spec = entity.Spec,
                },
                cancellationToken: cancellationToken);
        }
        else if (!deed.IsOwnedBy(entity))
        {
            return ReconciliationResult<V1Wish>.Failure(entity, "the deed of an earlier wish has to go first", requeueAfter: TimeSpan.FromSeconds(1));
        }
        else if (deed.Spec != entity.Spec)
        {
            await client.ReplaceAsync(deed with { Spec = entity.Spec }, cancellationToken: cancellationToken);
        }

        return ReconciliationResult<V1Wish>.Success(entity);
    }
}
