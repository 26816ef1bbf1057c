using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Kubernetes.Client;
using Kubernetes.Client.Models;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Informers;
using Kubernetes.Operator.Tests.Support;

namespace Kubernetes.Operator.Tests.Informers;

/// <summary>What is asked for, how often again, and what is kept.</summary>
public sealed class InformerRequestTests : IDisposable
{
    private readonly Recorder _recorder = new();
    private readonly HttpClient _http;

    public InformerRequestTests() => _http = new HttpClient(_recorder) { BaseAddress = new Uri("http://server/") };

    public void Dispose()
    {
        _http.Dispose();
        _recorder.Dispose();
    }

    [Fact]
    public async Task Only_what_is_selected_is_asked_for_in_pages_of_five_hundred()
    {
        await Source().ListAsync("next", CancellationToken.None);
        Assert.Equal(
            "/api/v1/namespaces/ours/configmaps?continue=next&fieldSelector=metadata.name%3Dm&labelSelector=app%3Dtodo&limit=500", Sorted(_recorder.Last!));
    }

    [Theory]
    [InlineData(0, 300)]
    [InlineData(0.5, 450)]
    [InlineData(1, 600)]
    public async Task A_watch_lasts_five_to_ten_minutes_and_sends_bookmarks(double jitter, int seconds)
    {
        await foreach (var change in Source(jitter).WatchAsync("17", CancellationToken.None))
        {
            Assert.Fail($"{change}");
        }

        Assert.Equal(
            $"/api/v1/namespaces/ours/configmaps?allowWatchBookmarks=true&fieldSelector=metadata.name%3Dm&labelSelector=app%3Dtodo&resourceVersion=17&timeoutSeconds={seconds}&watch=true",
            Sorted(_recorder.Last!));
    }

    [Fact]
    public async Task The_first_state_is_asked_for_as_a_stream()
    {
        await foreach (var change in Source().WatchAsync(null, CancellationToken.None))
        {
            Assert.Fail($"{change}");
        }

        Assert.Contains("resourceVersionMatch=NotOlderThan", _recorder.Last!.Query);
        Assert.Contains("sendInitialEvents=true", _recorder.Last.Query);
    }

    [Fact]
    public void Pauses_double_up_to_thirty_seconds_and_are_short_again_after_two_calm_minutes()
    {
        var time = new ManualTime();
        var backoff = new ReconnectBackoff(new InformerTimings(), time, static () => 0);
        Assert.Equal([0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30], Enumerable.Range(0, 8).Select(_ => Math.Round(backoff.Next().TotalSeconds, 3)));
        time.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal(30, backoff.Next().TotalSeconds);
        time.Advance(TimeSpan.FromSeconds(121));
        Assert.Equal(0.8, backoff.Next().TotalSeconds);
        Assert.Equal(1.6, new ReconnectBackoff(new InformerTimings(), time, static () => 1).Next().TotalSeconds);
    }

    [Fact]
    public void Of_managed_fields_only_our_own_are_kept()
    {
        V1ManagedFieldsEntry[] entries = [new() { Manager = "kubelet" }, new() { Manager = "ours" }, new() { Manager = "kubectl" }];
        Assert.Equal(["ours"], new ManagedFieldsFilter(new HashSet<string> { "ours" }).Keep(entries)!.Select(e => e.Manager));
        Assert.Null(new ManagedFieldsFilter(new HashSet<string> { "nobody" }).Keep(entries));
        Assert.Null(new ManagedFieldsFilter(new HashSet<string>()).Keep(entries));
    }

    [Fact]
    public void Equal_fields_of_our_own_are_kept_once_and_others_as_they_are()
    {
        var filter = new ManagedFieldsFilter(new HashSet<string> { "ours" });
        var (a, b, c) = (Fields("""{"f:data":{"f:k":{}}}"""), Fields("""{"f:data":{"f:k":{}}}"""), Fields("""{"f:data":{}}"""));
        Assert.True(JsonMarshal.GetRawUtf8Value(a).Overlaps(JsonMarshal.GetRawUtf8Value(b)));
        Assert.Equal("""{"f:data":{}}""", c.GetRawText());
        foreach (var text in Enumerable.Range(0, 1000).Select(static n => $$"""{"f:data":{"f:{{n}}":{} } }"""))
        {
            Assert.Equal(text, Fields(text).GetRawText());
        }

        JsonElement Fields(string text) =>
            filter.Keep([new V1ManagedFieldsEntry { Manager = "ours", FieldsV1 = JsonDocument.Parse(text).RootElement }])!.Single().FieldsV1!.Value;
    }

    [Fact]
    public void Equal_labels_annotations_and_owners_are_kept_once_and_others_as_they_are()
    {
        var reducer = new MetadataReducer(new HashSet<string>());
        var (a, b) = (Reduced("x", "todo"), Reduced("y", "todo"));
        Assert.Same(a.Labels, b.Labels);
        Assert.Same(a.Annotations, b.Annotations);
        Assert.Same(a.OwnerReferences, b.OwnerReferences);
        foreach (var n in Enumerable.Range(0, 1000))
        {
            var other = Reduced("z", $"todo-{n}");
            Assert.Equal(Labels($"todo-{n}"), other.Labels);
            Assert.Equal($"uid-todo-{n}", Assert.Single(other.OwnerReferences!).Uid);
        }

        Assert.Null(Reduced("none", null).Labels);

        V1ObjectMeta Reduced(string name, string? platform)
        {
            var metadata = new V1ObjectMeta
            {
                Name = name,
                Labels = platform is null ? null : Labels(platform),
                Annotations = new Dictionary<string, string> { ["retained"] = "false" },
                OwnerReferences = [new V1OwnerReference { Name = platform, Uid = $"uid-{platform}", Controller = true }],
            };
            reducer.Reduce(metadata);
            return metadata;
        }

        static Dictionary<string, string> Labels(string platform) => new() { ["managed-by"] = "ours", ["platform"] = platform };
    }

    [Fact]
    public void The_time_of_our_own_fields_is_left_out_so_that_they_are_kept_once()
    {
        var filter = new ManagedFieldsFilter(new HashSet<string> { "ours" });
        var (a, b, status) = (Keep(1, null), Keep(2, null), Keep(3, "status"));
        Assert.Same(a, b);
        Assert.Null(Assert.Single(a).Time);
        Assert.Equal("status", Assert.Single(status).Subresource);

        IList<V1ManagedFieldsEntry> Keep(int day, string? subresource) => filter.Keep(
        [
            new()
            {
                Manager = "ours", Operation = "Apply", Subresource = subresource, Time = new DateTimeOffset(2026, 1, day, 0, 0, 0, TimeSpan.Zero), FieldsV1 = JsonElement.Parse("""{"f:data":{}}"""),
            },
        ])!;
    }

    private static string Sorted(Uri uri) => $"{uri.AbsolutePath}?{string.Join('&', uri.Query.TrimStart('?').Split('&').Order(StringComparer.Ordinal))}";

    private ListWatch<V1ConfigMap> Source(double jitter = 0) => new(
        new KubernetesClient(_http),
        new CacheOptions<V1ConfigMap> { LabelSelector = "app=todo", FieldSelector = "metadata.name=m" },
        "ours",
        new InformerTimings { Jitter = () => jitter });

    private sealed class Recorder : HttpMessageHandler
    {
        public Uri? Last { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Last = request.RequestUri;
            var isWatch = request.RequestUri!.Query.Contains("watch=true", StringComparison.Ordinal);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                RequestMessage = request,
                Content = new StringContent(isWatch ? "" : """{"kind":"ConfigMapList","apiVersion":"v1","metadata":{},"items":[]}"""),
            });
        }
    }
}
