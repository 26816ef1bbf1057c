using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Informers;
using Kubernetes.Operator.Leadership;
using Kubernetes.Operator.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Kubernetes.Operator.Hosting;

/// <summary>Start and end of everything, in order: caches, leadership, controllers; intake, running work, the Lease, caches.</summary>
internal sealed class OperatorHost(
    IReadOnlyList<IInformer> informers,
    IReadOnlyList<IControllerRunner> controllers,
    LeaderElector? elector,
    OperatorState state,
    MetricsRegistry metrics,
    IOptions<OperatorOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<OperatorHost> logger) : BackgroundService
{
    private readonly OperatorOptions _options = options.Value;
    private readonly Gauge _leading = metrics
        .Gauge("leader_election_master_status", "Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 indicates master.", "name")
        .With(options.Value.LeaderElection.LeaseName ?? options.Value.Name);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var informing = new CancellationTokenSource();
        var watches = Task.WhenAll(informers.Select(i => i.RunAsync(informing.Token)));
        try
        {
            if (await SyncAsync(stoppingToken))
            {
                state.IsReady = true;
                await LeadAsync(watches, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The regular end while waiting.
        }
        finally
        {
            state.IsReady = false;
            await informing.CancelAsync();
            await watches.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> SyncAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(informers.Select(static i => i.Synced)).WaitAsync(_options.CacheSyncTimeout, time, stoppingToken);
            return true;
        }
        catch (TimeoutException)
        {
            var missing = string.Join(", ", informers.Where(static i => !i.HasSynced).Select(static i => i.Definition.QualifiedName));
            HostLog.NotSynced(logger, _options.CacheSyncTimeout, missing);
            Fail();
            return false;
        }
    }

    private async Task LeadAsync(Task watches, CancellationToken stoppingToken)
    {
        if (elector is not null)
        {
            await elector.AcquireAsync(stoppingToken);
        }

        _leading.Set(1);
        state.IsLeading = true;
        using var stopIntake = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var abandon = new CancellationTokenSource();
        using var holdEnds = new CancellationTokenSource();
        var work = Task.WhenAll(controllers.Select(c => c.RunAsync(stopIntake.Token, abandon.Token)));
        var hold = elector?.HoldAsync(holdEnds.Token) ?? Task.Delay(Timeout.InfiniteTimeSpan, holdEnds.Token);
        var stopping = Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken);
        var first = await Task.WhenAny(stopping, hold, work, watches);

        state.IsLeading = false;
        state.IsStopping = true;
        if (first != stopping)
        {
            // Leadership is lost, or a controller or cache has broken down: nothing may go on as if it had not.
            await abandon.CancelAsync();
            Fail();
        }

        // The Lease is renewed until the last reconcile has ended; only then may another one begin.
        await stopIntake.CancelAsync();
        await EndAsync(work, abandon);
        await holdEnds.CancelAsync();
        await hold.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _leading.Set(0);
        if (elector is not null)
        {
            using var patience = new CancellationTokenSource(_options.LeaderElection.RetryPeriod, time);
            await elector.ReleaseAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task EndAsync(Task work, CancellationTokenSource abandon)
    {
        var grace = Task.Delay(_options.ShutdownTimeout, time, CancellationToken.None);
        if (await Task.WhenAny(work, grace) == grace)
        {
            HostLog.Abandoning(logger, _options.ShutdownTimeout);
            await abandon.CancelAsync();
        }

        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (work.Exception is { } broken)
        {
            HostLog.Broken(logger, broken);
        }
    }

    private void Fail()
    {
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }
}
