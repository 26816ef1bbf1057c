using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Benchmarks.Runtime;

/// <summary>An operator of one controller, in this process, before a <see cref="CannedServer"/>.</summary>
internal sealed class RunningCache<TEntity> : IAsyncDisposable where TEntity : class, IKubernetesObject
{
    private readonly IHost _host;
    private readonly HttpClient _http;

    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunningCache(CannedServer server, Action<TEntity>? reconciled = null)
    {
        _http = new HttpClient(server, disposeHandler: false) { BaseAddress = new Uri("http://canned/"), Timeout = Timeout.InfiniteTimeSpan };
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(new Told<TEntity>(entity =>
        {
            _synced.TrySetResult();
            reconciled?.Invoke(entity);
        }));
        builder.Services.AddSingleton<IKubernetesClient>(new KubernetesClient(_http));
        builder.Services.AddKubernetesOperator(o => o.Name = "benchmark").AddController<Listener<TEntity>, TEntity>();
        _host = builder.Build();
    }

    /// <summary>Ends with the first reconcile: the cache is complete then, for controllers do not begin before.</summary>
    public Task Synced => _synced.Task;

    public IEntityCache<TEntity> Cache => _host.Services.GetRequiredService<IEntityCache<TEntity>>();

    public Task StartAsync(CancellationToken cancellationToken) => _host.StartAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        _http.Dispose();
    }
}

internal sealed record Told<TEntity>(Action<TEntity> Reconciled);

/// <summary>Does nothing but say that it was called.</summary>
internal sealed class Listener<TEntity>(Told<TEntity> told) : IEntityController<TEntity> where TEntity : class, IKubernetesObject
{
    public Task<ReconciliationResult<TEntity>> ReconcileAsync(TEntity entity, CancellationToken cancellationToken)
    {
        told.Reconciled(entity);
        return Task.FromResult(ReconciliationResult<TEntity>.Success(entity));
    }
}
