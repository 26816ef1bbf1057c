using System.Diagnostics;

namespace LocalCluster.Sidecar.Tests.Support;

/// <summary>An app and its sidecar on one address.</summary>
internal sealed class Pod : IAsyncDisposable
{
    public const string Redis = "rps";
    public const string Kafka = "kps";

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1.5);

    private Pod(TestApp app, Daprd sidecar)
    {
        App = app;
        Sidecar = sidecar;
    }

    public TestApp App { get; }

    public Daprd Sidecar { get; }

    /// <summary>A pod with both brokers as components; call <see cref="StartAsync"/>.</summary>
    public static Pod Create(params string[] arguments) => Create(Brokers.NewTopic("app"), arguments);

    public static Pod Create(string appId, string[] arguments)
    {
        var app = new TestApp(Brokers.NextAddress());
        return new Pod(app, new Daprd(appId, app, arguments));
    }

    /// <summary>A component of the broker, by the name of this class's constants.</summary>
    public Pod With(string broker, params (string Name, string Value)[] metadata)
    {
        Sidecar.Put(broker, broker == Redis ? Resource.Redis(Redis, metadata) : Resource.Kafka(Kafka, [("backOffDuration", "200"), .. metadata]));
        return this;
    }

    public Pod Subscribe(string broker, string topic, string route = "/events", string? deadLetter = null, string extra = "")
    {
        Sidecar.Put("sub-" + topic, Resource.Subscription("sub-" + topic, broker, topic, route, deadLetter, extra));
        return this;
    }

    public async Task<Pod> StartAsync()
    {
        await App.StartAsync();
        await Sidecar.StartAsync();
        return this;
    }

    /// <summary>The app's answer to probes changes, and the sidecar has found it out. A probe may have failed earlier too: on a busy machine it has half a second.</summary>
    public async Task TurnAsync(bool healthy)
    {
        var words = healthy ? "App entered healthy status" : "App entered un-healthy status";
        var before = Sidecar.Process.Said(words);
        App.Healthy = healthy;
        await Eventually.IsTrueAsync(() => Sidecar.Process.Said(words) > before, words);
    }

    /// <summary>Publishes one number after another, from the one after <paramref name="sent"/>, until one is not delivered.</summary>
    /// <returns>The number that was not delivered.</returns>
    public async Task<int> PublishUntilNothingIsDeliveredAsync(string broker, string topic, int sent)
    {
        var delivered = true;
        await Eventually.IsTrueAsync(
            async () =>
            {
                await Sidecar.PublishNumberAsync(broker, topic, ++sent, "?metadata.partitionKey=k");
                for (var clock = Stopwatch.StartNew(); !(delivered = App.Received("/events").Any(call => call.Number == sent)) && clock.Elapsed < Quiet;)
                {
                    await Task.Delay(20, TestContext.Current.CancellationToken);
                }

                return !delivered;
            },
            "nothing is delivered any more");
        return sent;
    }

    public async ValueTask DisposeAsync()
    {
        await Sidecar.DisposeAsync();
        await App.DisposeAsync();
    }
}
