using System.Diagnostics;
using System.Globalization;
using Kubernetes.Client;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Operator.Tests.Sample;
using Kubernetes.Tests.Support;
using LocalCluster.ApiServer.Faults;

namespace Kubernetes.Operator.Tests.Running;

/// <summary>Two operators for a long time: watches are cut every few seconds, the history is forgotten and the leader dies every minute.</summary>
public sealed class SoakTests : IAsyncLifetime
{
    private const int Gadgets = 20;

    private readonly HashSet<string> _dead = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _wanted = new(StringComparer.Ordinal);
    private readonly Random _random = new(7);
    private readonly List<(string Name, RunningOperator Operator)> _operators = [];
    private TestApiServer _server = null!;
    private KubernetesClient _client = null!;
    private int _started;
    private int _cuts;
    private int _ended;

    // The server in this process keeps its last 20,000 requests: what they take is no growth of the operators.
    private bool IsWarm => _server.Server.Requests.Records.Count >= 20_000;

    private static TimeSpan Length =>
        TimeSpan.FromMinutes(double.Parse(Environment.GetEnvironmentVariable("SOAK_MINUTES") ?? "30", CultureInfo.InvariantCulture));

    public async ValueTask InitializeAsync()
    {
        _server = await TestApiServer.StartAsync(o => o with { BookmarkInterval = TimeSpan.FromMilliseconds(200), HistoryLimit = 500 });
        _client = _server.NewClient("writer");
        await RunningOperator.InstallAsync(_client);
        _server.Server.Faults = Misbehave;
        await AddOperatorAsync();
        await AddOperatorAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, running) in _operators)
        {
            await running.DisposeAsync();
        }

        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact(Explicit = true)]
    public async Task Every_change_is_seen_and_nothing_grows()
    {
        var clock = Stopwatch.StartNew();
        var (changes, kills) = (0, 0);
        Use? early = null;
        while (clock.Elapsed < Length)
        {
            var name = $"g{_random.Next(Gadgets)}";
            _wanted[name] = _random.Next(50);
            await _client.ApplyAsync(RunningOperator.Gadget(name, _wanted[name]), new ApplyOptions("soak"));
            changes++;
            await Task.Delay(_random.Next(40), TestContext.Current.CancellationToken);
            await ReplaceEndedAsync();
            if (clock.Elapsed.TotalMinutes >= kills + 1)
            {
                kills++;
                await KillLeaderAsync();
                await AllIsSeenAsync();
                early ??= IsWarm ? await MeasureAsync() : null;
            }
        }

        await AllIsSeenAsync();
        var late = await MeasureAsync();
        early ??= late;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{clock.Elapsed.TotalMinutes:0} minutes: {changes} changes, {kills} leaders killed, {_ended} ended by themselves, {_cuts} watches cut; {early} when warm, {late} at the end");
        Assert.InRange(late.Handles, 0, early.Handles + 40);
        Assert.InRange(late.Managed, 0, (early.Managed * 5 / 4) + (8 << 20));
    }

    private async Task<Use> MeasureAsync()
    {
        // An API server keeps Events for an hour, and this one is in the same process.
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/apis/events.k8s.io/v1/namespaces/default/events");
        using var response = await _client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        _server.Server.Compact();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var anonymous = File.ReadLines("/proc/self/status").Single(static l => l.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return new Use(
            GC.GetTotalMemory(forceFullCollection: true), long.Parse(anonymous, CultureInfo.InvariantCulture) * 1024, Process.GetCurrentProcess().HandleCount);
    }

    // Bookmarks come five times a second, so a stream lives for two to eight seconds.
    private Fault? Misbehave(FaultRequest request)
    {
        lock (_dead)
        {
            return _dead.Contains(request.UserAgent) ? new Fault { CutBefore = true, CutWatchAfter = 0 }
                : request.Verb == "watch" ? CutSoon()
                : null;
        }
    }

    private Fault CutSoon()
    {
        _cuts++;
        return new Fault { CutWatchAfter = _random.Next(10, 40) };
    }

    private async Task AddOperatorAsync()
    {
        var name = $"gadget-operator-{++_started}";
        _operators.Add((name, await RunningOperator.StartAsync(_server, o =>
        {
            o.Name = name;
            o.LeaderElection.Enabled = true;
            o.LeaderElection.LeaseName = "gadgets";
        })));
    }

    // Whoever could not renew in time has ended, as it should, and is started again, as a Deployment does.
    private async Task ReplaceEndedAsync()
    {
        foreach (var ended in _operators.FindAll(static o => o.Operator.Lifetime.ApplicationStopping.IsCancellationRequested))
        {
            _ended++;
            _operators.Remove(ended);
            await ended.Operator.DisposeAsync();
            await AddOperatorAsync();
        }
    }

    // Cut off from the server, it can neither renew nor give back: to everybody else it is dead.
    private async Task KillLeaderAsync()
    {
        await Eventually.IsTrue(
            async () =>
            {
                await ReplaceEndedAsync();
                return _operators.Exists(static o => o.Operator.State.IsLeading);
            },
            "somebody leads",
            seconds: 120);
        var leader = _operators.Find(static o => o.Operator.State.IsLeading);
        lock (_dead)
        {
            _dead.Add(leader.Name);
        }

        _operators.Remove(leader);
        await leader.Operator.DisposeAsync();
        _server.Server.Compact();
        await AddOperatorAsync();
    }

    private Task AllIsSeenAsync() => Eventually.IsTrue(
        async () =>
        {
            await ReplaceEndedAsync();
            var maps = (await _client.ListAsync<V1ConfigMap>(new ListOptions { Namespace = "default" })).Items.ToDictionary(m => m.Metadata.Name!, StringComparer.Ordinal);
            return _wanted.All(w => maps.GetValueOrDefault(w.Key)?.Data?["size"] == w.Value.ToString(CultureInfo.InvariantCulture));
        },
        "every gadget has its map",
        seconds: 120);

    private sealed record Use(long Managed, long Private, int Handles)
    {
        public override string ToString() => $"{Managed / 1e6:0.0} MB managed, {Private / 1e6:0.0} MB private, {Handles} handles";
    }
}
