using System.Diagnostics;
using System.Globalization;
using Kubernetes.Client;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.SampleOperator;
using Kubernetes.Tests.Support;
using LocalCluster.ApiServer.Faults;

namespace Kubernetes.Operator.Tests.Running;

/// <summary>
/// Operators for a long time, each a process of its own: one that lives throughout, and two that elect a leader, which is killed every minute. All their watches are cut every
/// few seconds, and the server forgets its history every minute.
/// </summary>
public sealed class SoakTests : IAsyncLifetime
{
    private const int Gadgets = 20;
    private const string Lasting = "lasting";
    private const string Elected = "elected";

    private readonly Dictionary<(string Namespace, string Name), int> _wanted = [];
    private readonly Random _random = new(7);
    private readonly List<OperatorProcess> _electing = [];
    private TestApiServer _server = null!;
    private KubernetesClient _client = null!;
    private OperatorProcess _lasting = null!;
    private int _started;
    private int _ended;
    private int _cuts;

    private static TimeSpan Length =>
        TimeSpan.FromMinutes(double.Parse(Environment.GetEnvironmentVariable("SOAK_MINUTES") ?? "30", CultureInfo.InvariantCulture));

    public async ValueTask InitializeAsync()
    {
        _server = await TestApiServer.StartAsync(o => o with { BookmarkInterval = TimeSpan.FromMilliseconds(200), HistoryLimit = 500 });
        _client = _server.NewClient("writer");
        await RunningOperator.InstallAsync(_client);
        foreach (var ns in (string[])[Lasting, Elected])
        {
            await _client.ApplyAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = ns } }, new ApplyOptions("soak"));
        }

        _server.Server.Faults = CutSoon;
        _lasting = OperatorProcess.Start(_server.Kubeconfig, "gadget-operator", Lasting);
        AddElecting();
        AddElecting();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _electing.Prepend(_lasting))
        {
            process.Dispose();
        }

        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact(Explicit = true)]
    public async Task Every_change_is_seen_and_nothing_grows()
    {
        var (clock, changes) = (Stopwatch.StartNew(), 0);
        List<MemoryUse> lasting = [], leaders = [];
        while (clock.Elapsed < Length)
        {
            await ChangeAsync();
            changes++;
            await Task.Delay(_random.Next(40), TestContext.Current.CancellationToken);
            ReplaceEnded();
            if (clock.Elapsed.TotalMinutes >= lasting.Count + 1)
            {
                leaders.Add(await KillLeaderAsync());
                _server.Server.Compact();
                await AllIsSeenAsync();
                lasting.Add(await _lasting.MeasureAsync());
                Tell($"{lasting.Count} min: {changes} changes; lasting {lasting[^1]}; leader {leaders[^1]}; server {Server()}");
            }
        }

        await AllIsSeenAsync();
        Tell($"{clock.Elapsed.TotalMinutes:0} minutes: {changes} changes, {leaders.Count} leaders killed, {_ended} ended by themselves, {_cuts} watches cut");
        IsFlat(lasting);
        IsFlat(leaders);
    }

    // The first third warms up: code is compiled again, pools and the collector find their size. After it the level of the last third is that of the second.
    private static void IsFlat(List<MemoryUse> minutes)
    {
        var third = minutes.Count / 3;
        var (middle, last) = (minutes[third..^third], minutes[^third..]);
        Assert.InRange(last.Average(static m => m.Managed), 0, middle.Average(static m => m.Managed) + (512 << 10));
        Assert.InRange(last.Max(static m => m.Private), 0, middle.Max(static m => m.Private) + (8 << 20));
        Assert.InRange(last.Max(static m => m.Handles), 0, middle.Max(static m => m.Handles) + 10);
    }

    private static void Tell(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private static MemoryUse Server() => new(GC.GetTotalMemory(forceFullCollection: true), MemoryUse.PrivateOf(Environment.ProcessId), Process.GetCurrentProcess().HandleCount);

    // Bookmarks come five times a second, so a stream lives for two to eight seconds.
    private Fault? CutSoon(FaultRequest request)
    {
        if (request.Verb != "watch")
        {
            return null;
        }

        lock (_random)
        {
            _cuts++;
            return new Fault { CutWatchAfter = _random.Next(10, 40) };
        }
    }

    private async Task ChangeAsync()
    {
        var (ns, name) = (_random.Next(2) == 0 ? Lasting : Elected, $"g{_random.Next(Gadgets)}");
        var size = _wanted[(ns, name)] = _random.Next(50);
        var gadget = RunningOperator.Gadget(name, size);
        await _client.ApplyAsync(gadget with { Metadata = gadget.Metadata with { NamespaceProperty = ns } }, new ApplyOptions("soak"));
    }

    private void AddElecting() => _electing.Add(OperatorProcess.Start(_server.Kubeconfig, $"gadget-operator-{++_started}", Elected, "gadgets"));

    // Whoever could not renew in time has ended, as it should, and is started again, as a Deployment does.
    private void ReplaceEnded()
    {
        Assert.False(_lasting.HasEnded);
        foreach (var ended in _electing.FindAll(static o => o.HasEnded))
        {
            _ended++;
            _electing.Remove(ended);
            ended.Dispose();
            AddElecting();
        }
    }

    private async Task<MemoryUse> KillLeaderAsync()
    {
        OperatorProcess? leader = null;
        await Eventually.IsTrue(
            async () =>
            {
                ReplaceEnded();
                var lease = await _client.GetAsync<V1Lease>(Elected, "gadgets");
                return (leader = _electing.Find(o => o.Name == lease?.Spec?.HolderIdentity)) is not null;
            },
            "somebody leads",
            seconds: 120);
        var use = await leader!.MeasureAsync();
        _electing.Remove(leader);
        leader.Dispose();
        AddElecting();
        return use;
    }

    private Task AllIsSeenAsync() => Eventually.IsTrue(
        async () =>
        {
            ReplaceEnded();
            var maps = (await _client.ListAsync<V1ConfigMap>()).Items.ToDictionary(static m => (m.Metadata.NamespaceProperty!, m.Metadata.Name!));
            return _wanted.All(w => maps.GetValueOrDefault(w.Key)?.Data?["size"] == w.Value.ToString(CultureInfo.InvariantCulture));
        },
        "every gadget has its map",
        seconds: 120);
}
