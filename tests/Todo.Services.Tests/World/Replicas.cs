namespace Todo.Services.Tests.World;

/// <summary>Pods of one service, of which the first is killed.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private readonly Func<Task<ServiceProcess>> _start;
    private volatile IReadOnlyList<ServiceProcess> _all;

    private Replicas(Func<Task<ServiceProcess>> start, IReadOnlyList<ServiceProcess> all) => (_start, _all) = (start, all);

    /// <summary>Also the one that was killed.</summary>
    public IReadOnlyList<ServiceProcess> All => _all;

    public static async Task<Replicas> StartAsync(int count, Func<Task<ServiceProcess>> start) =>
        new(start, await Task.WhenAll(Enumerable.Range(0, count).Select(_ => start())));

    public void KillFirst() => _all[0].Kill();

    /// <summary>One that lives on; when there was only one, its successor.</summary>
    public async Task<ServiceProcess> SurvivorAsync()
    {
        if (_all.Count == 1)
        {
            _all = [.. _all, await _start()];
        }

        return _all[^1];
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_all.Select(pod => pod.DisposeAsync().AsTask()));
}
