using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Operator.Leadership;
using Kubernetes.Tests.Support;
using LocalCluster.ApiServer.Faults;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kubernetes.Operator.Tests.Leadership;

public sealed class LeaderElectionTests : IAsyncLifetime
{
    private static readonly LeaderElectionOptions Quick = new()
    {
        LeaseDuration = TimeSpan.FromSeconds(8), RenewDeadline = TimeSpan.FromSeconds(5), RetryPeriod = TimeSpan.FromMilliseconds(100),
    };

    // Nothing of it runs out while a test is held up.
    private static readonly LeaderElectionOptions Patient = new()
    {
        LeaseDuration = TimeSpan.FromMinutes(5), RenewDeadline = TimeSpan.FromMinutes(4), RetryPeriod = TimeSpan.FromMilliseconds(100),
    };

    private readonly CancellationTokenSource _end = new();
    private readonly List<KubernetesClient> _clients = [];
    private TestApiServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestApiServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _end.Dispose();
        _clients.ForEach(c => c.Dispose());
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_standby_leads_as_soon_as_the_leader_gives_the_lease_back()
    {
        var first = Elector("first", Patient);
        await first.AcquireAsync(_end.Token);
        var second = Elector("second", Patient);
        var waiting = second.AcquireAsync(_end.Token);
        await Eventually.IsTrue(() => _server.Server.Requests.Count("get", "second") > 2, "the standby looks");
        Assert.False(waiting.IsCompleted);

        await first.ReleaseAsync(_end.Token);
        Assert.False(first.IsLeader);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), _end.Token);
        var lease = await Lease();
        Assert.Equal(("second", 1), (lease.Spec!.HolderIdentity, lease.Spec.LeaseTransitions));
    }

    [Fact]
    public async Task A_lease_whose_last_renewal_was_not_heard_of_is_given_back_all_the_same_and_somebody_elses_is_not()
    {
        var elector = Elector("first", Patient);
        await elector.AcquireAsync(_end.Token);
        await WriteAsync("first");
        await elector.ReleaseAsync(_end.Token);
        Assert.Equal("", (await Lease()).Spec!.HolderIdentity ?? "");

        await elector.AcquireAsync(_end.Token);
        await WriteAsync("second");
        await elector.ReleaseAsync(_end.Token);
        Assert.Equal("second", (await Lease()).Spec!.HolderIdentity);

        async Task WriteAsync(string holder)
        {
            var lease = await Lease();
            await _clients[0].ReplaceAsync(lease with { Spec = lease.Spec! with { HolderIdentity = holder, RenewTime = lease.Spec.RenewTime + TimeSpan.FromSeconds(1) } });
        }
    }

    [Fact]
    public async Task A_standby_takes_over_when_the_leader_no_longer_renews_and_the_old_one_knows()
    {
        var first = Elector("first", Quick);
        await first.AcquireAsync(_end.Token);
        var holding = first.HoldAsync(_end.Token);
        var second = Elector("second", Quick);
        var waiting = second.AcquireAsync(_end.Token);
        await Eventually.IsTrue(() => _server.Server.Requests.Count("update", "first") > 2, "the leader renews");
        Assert.False(waiting.IsCompleted);

        _server.Server.Faults = request => request.UserAgent.StartsWith("first", StringComparison.Ordinal) ? new Fault { Status = 500 } : null;
        await holding.WaitAsync(TimeSpan.FromSeconds(30), _end.Token);
        Assert.False(first.IsLeader);
        Assert.False(waiting.IsCompleted, "the old leader must know before there is a new one");
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), _end.Token);
    }

    [Fact]
    public async Task A_leader_whose_answers_get_lost_stays_leader()
    {
        var first = Elector("first", Quick);
        await first.AcquireAsync(_end.Token);
        var lost = 0;
        _server.Server.Faults = request => request.Verb == "update" && Interlocked.Increment(ref lost) % 2 == 1 ? new Fault { CutAfterCommit = true } : null;
        var holding = first.HoldAsync(_end.Token);
        await Eventually.IsTrue(() => lost > 6 || holding.IsCompleted, "several answers were lost");
        Assert.True(first.IsLeader);
    }

    [Fact]
    public async Task Of_many_that_start_at_once_one_leads()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        var electors = Enumerable.Range(0, 6).Select(i => Elector($"e{i}", Quick)).ToList();
        var acquiring = electors.ConvertAll(e => e.AcquireAsync(stop.Token));
        await Task.WhenAny(acquiring);
        await Eventually.IsTrue(() => Enumerable.Range(0, 6).All(i => _server.Server.Requests.Count("get", $"e{i}") > 0), "all have looked");
        Assert.Single(electors, e => e.IsLeader);
        await stop.CancelAsync();
        await Task.WhenAll(acquiring).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task A_lease_that_was_deleted_is_made_again()
    {
        var first = Elector("first", Quick);
        await first.AcquireAsync(_end.Token);
        var holding = first.HoldAsync(_end.Token);
        await _clients[0].DeleteAsync<V1Lease>("default", "lease");
        await Eventually.IsTrue(async () => (await _clients[0].GetAsync<V1Lease>("default", "lease"))?.Spec?.HolderIdentity == "first", "the lease is back");
        Assert.False(holding.IsCompleted);
    }

    private async Task<V1Lease> Lease() => (await _clients[0].GetAsync<V1Lease>("default", "lease"))!;

    private LeaderElector Elector(string name, LeaderElectionOptions options)
    {
        var client = _server.NewClient(name);
        _clients.Add(client);
        return new LeaderElector(client, new LeaseIdentity("default", "lease", name), options, TimeProvider.System, NullLogger.Instance);
    }
}
