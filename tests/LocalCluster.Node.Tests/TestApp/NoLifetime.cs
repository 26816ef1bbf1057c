namespace LocalCluster.TestApp;

/// <summary>Leaves SIGTERM to the program: the default lifetime stops the server at once.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
