using Microsoft.Extensions.Hosting;

namespace LocalCluster.ApiServer.Hosting;

/// <summary>Leaves the process's signals alone: this server is a guest, and its host decides when it ends.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
