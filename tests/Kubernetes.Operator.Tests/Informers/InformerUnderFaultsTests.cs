using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Informers;
using Kubernetes.Tests.Support;
using LocalCluster.ApiServer.Faults;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kubernetes.Operator.Tests.Informers;

/// <summary>Whatever happens to the watch, the cache ends equal to the world, and the subscribers were told of every difference.</summary>
public sealed class InformerUnderFaultsTests : IAsyncLifetime
{
    private const string Ns = "default";
    private static readonly InformerTimings Quick = new()
    {
        PageSize = 3,
        FirstBackoff = TimeSpan.FromMilliseconds(5),
        LongestBackoff = TimeSpan.FromMilliseconds(10),
        IdleTimeout = TimeSpan.FromSeconds(2),
        InitialEventsTimeout = TimeSpan.FromSeconds(1),
    };

    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, string> _told = [];
    private TestApiServer _server = null!;
    private KubernetesClient _client = null!;
    private KubernetesClient _watcher = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _server = await TestApiServer.StartAsync(o => o with { BookmarkInterval = TimeSpan.FromMilliseconds(200) });
        _client = _server.NewClient("writer");
        _watcher = _server.NewClient("watcher");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _watcher.Dispose();
        _client.Dispose();
        await _server.DisposeAsync();
    }

    public static TheoryData<string> Faults => ["none", "cut", "expire", "compact", "unavailable", "list", "everything"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task The_cache_ends_equal_to_the_world(string kind)
    {
        var random = new Random(kind.Length);
        _server.Server.Faults = request => request.UserAgent.StartsWith("watcher", StringComparison.Ordinal) ? Misbehave(kind, random) : null;
        var informer = Start(Quick with { UseWatchList = kind != "list" });
        for (var i = 0; i < 80; i++)
        {
            var name = $"m{random.Next(12)}";
            if (random.Next(3) == 0)
            {
                await _client.DeleteAsync<V1ConfigMap>(Ns, name);
            }
            else
            {
                await _client.ApplyAsync(Map(name, i), new ApplyOptions("tests"));
            }

            if (kind is "compact" or "everything" && i % 20 == 19)
            {
                _server.Server.Compact();
            }
        }

        await EqualsTheWorld(informer);
    }

    [Fact]
    public async Task What_was_deleted_while_the_watch_was_away_is_found_missing()
    {
        await _client.ApplyAsync(Map("stays", 1), new ApplyOptions("tests"));
        await _client.ApplyAsync(Map("goes", 1), new ApplyOptions("tests"));
        var informer = Start(Quick);
        await Eventually.IsTrue(() => informer.Store.Count == 2, "both are known");

        // The watch is cut and refused; meanwhile the deletion happens and its history is forgotten.
        var isAway = true;
        _server.Server.Faults = request => isAway && request.UserAgent.StartsWith("watcher", StringComparison.Ordinal) ? new Fault { Status = 503, CutWatchAfter = 0 } : null;
        await _client.DeleteAsync<V1ConfigMap>(Ns, "goes");
        await _client.ApplyAsync(Map("comes", 1), new ApplyOptions("tests"));
        _server.Server.Compact();
        isAway = false;
        await EqualsTheWorld(informer);
        Assert.Equal(["comes", "stays"], _told.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_silent_stream_is_given_up_and_taken_up_where_it_was()
    {
        await _client.ApplyAsync(Map("a", 1), new ApplyOptions("tests"));
        var informer = Start(Quick with { IdleTimeout = TimeSpan.FromMilliseconds(50) });
        await Eventually.IsTrue(() => informer.Store.Count == 1, "it is known");
        await Eventually.IsTrue(() => _server.Server.Requests.Count("watch", "watcher") > 3, "the watch is opened again and again");
        await _client.ApplyAsync(Map("a", 2), new ApplyOptions("tests"));
        await EqualsTheWorld(informer);
        Assert.Equal(0, _server.Server.Requests.Count("list", "watcher"));
    }

    private static Fault? Misbehave(string kind, Random random)
    {
        lock (random)
        {
            return kind switch
            {
                // A cut also takes what was sent right before it, so now and then a stream must live long enough to be read.
                "cut" => new Fault { CutWatchAfter = random.Next(12) },
                "expire" => new Fault { ExpireWatchAfter = random.Next(4) },
                "unavailable" when random.Next(2) == 0 => new Fault { Status = random.Next(2) == 0 ? 500 : 503 },
                "everything" => random.Next(6) switch
                {
                    0 => new Fault { CutWatchAfter = random.Next(12) },
                    1 => new Fault { ExpireWatchAfter = random.Next(5) },
                    2 => new Fault { Status = 500 },
                    3 => new Fault { CutBefore = true },
                    4 => new Fault { Delay = TimeSpan.FromMilliseconds(random.Next(30)) },
                    _ => null,
                },
                _ => null,
            };
        }
    }

    private Informer<V1ConfigMap> Start(InformerTimings timings)
    {
        var options = new CacheOptions<V1ConfigMap> { Namespace = Ns, LabelSelector = "made-by=tests" };
        var source = new ListWatch<V1ConfigMap>(_watcher, options, null, timings);
        var informer = new Informer<V1ConfigMap>(source, options, null, new HashSet<string>(StringComparer.Ordinal), timings, TimeProvider.System, NullLogger.Instance);
        informer.Store.Subscribe(change =>
        {
            Assert.Equal(change.Before?.ResourceVersion(), _told.GetValueOrDefault(change.Key.Name));
            if (change.After is { } after)
            {
                _told[change.Key.Name] = after.ResourceVersion();
            }
            else
            {
                _told.Remove(change.Key.Name);
            }
        });
        _running = informer.RunAsync(_stop.Token);
        return informer;
    }

    private async Task EqualsTheWorld(Informer<V1ConfigMap> informer)
    {
        await Eventually.IsTrue(
            async () =>
            {
                Assert.False(_running.IsCompleted, $"the informer has ended: {_running.Exception}");
                var world = await _client.ListAsync<V1ConfigMap>(new ListOptions { Namespace = Ns, LabelSelector = "made-by=tests" });
                return informer.HasSynced && Versions(world.Items).SequenceEqual(Versions(informer.Store.List()));
            },
            "the cache equals the world",
            seconds: 40);
        Assert.Equal(Versions(informer.Store.List()), _told.Select(t => $"{t.Key}@{t.Value}").Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Versions(IEnumerable<V1ConfigMap> maps) =>
        maps.Select(m => $"{m.Name()}@{m.ResourceVersion()}").Order(StringComparer.Ordinal);

    private static V1ConfigMap Map(string name, int value) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = Ns, Labels = new Dictionary<string, string> { ["made-by"] = "tests" } },
        Data = new Dictionary<string, string> { ["value"] = $"{value}" },
    };
}
