namespace LocalCluster.Sidecar.Tests.Support;

/// <summary>An app and its sidecar on one address.</summary>
internal sealed class Pod : IAsyncDisposable
{
    public const string Redis = "rps";
    public const string Kafka = "kps";

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

    public async ValueTask DisposeAsync()
    {
        await Sidecar.DisposeAsync();
        await App.DisposeAsync();
    }
}
