using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Messaging.Tests.Delivery.Wires;

/// <summary>
/// The Dapr resources and the sidecar's flags as the operator generates them, so that what is tested is what it sets up. Only waiting times are shorter than its
/// defaults.
/// </summary>
internal sealed class GeneratedResources
{
    private readonly GenerationContext _context;
    private readonly Broker _broker;

    public GeneratedResources(Broker broker, string address, TimeSpan handlerTimeout)
    {
        _broker = broker;
        var spec = new TodoPlatformSpec
        {
            Broker = broker.Name(),
            Kafka = new() { Brokers = [address] },
            Redis = new() { Host = address, ProcessingTimeout = TimeSpan.FromSeconds(2), RedeliverInterval = TimeSpan.FromMilliseconds(500) },
            Delivery = new() { HandlerTimeout = handlerTimeout },
        };
        _context = new(spec, "default", "todo", "uid");
    }

    public string ComponentOf(string appId) => _context.Names.Component(_broker, appId);

    /// <summary>Writes the resources of one app over the one broker, a file for each. JSON is YAML.</summary>
    /// <returns>The sidecar's command line.</returns>
    public IReadOnlyList<string> Write(string folder, string appId, string address)
    {
        var resources = Directory.CreateDirectory(Path.Combine(folder, "resources")).FullName;
        var app = _context.Apps.Single(x => x.AppId == appId);
        foreach (var value in DaprGenerator.Generate(_context).Where(x => x.Key.App == app.Id && IsNeeded(x.Key)))
        {
            var path = value.Key.Kind == GeneratedKind.Configuration ? Path.Combine(folder, "config.yaml") : Path.Combine(resources, $"{value.Key.Kind}-{value.Key.Name}.yaml");
            File.WriteAllText(path, value.Manifest.ToJsonString());
        }

        return
        [
            "--app-id", appId, "--dapr-listen-addresses", address, "--dapr-public-listen-address", address, "--metrics-listen-address", address,
            "--app-port", "8000", "--app-channel-address", address, "--resources-path", resources, "--config", Path.Combine(folder, "config.yaml"),
            .. Flags(app),
        ];
    }

    // The state store is not part of delivery.
    private bool IsNeeded(GeneratedKey key) =>
        key.Kind is GeneratedKind.Resiliency or GeneratedKind.Configuration || key.Broker == _broker;

    /// <summary>What the injector makes of the generated annotations that concern delivery.</summary>
    private IEnumerable<string> Flags(AppDefinition app)
    {
        var annotations = TemplateGenerator.Annotations(_context, app).ToDictionary(x => x.Key, x => x.Value, StringComparer.Ordinal);
        if (annotations["dapr.io/enable-app-health-check"] == "true")
        {
            yield return "--enable-app-health-check";
        }

        foreach (var name in (string[])["app-health-check-path", "app-health-probe-interval", "app-health-threshold"])
        {
            yield return "--" + name;
            yield return annotations["dapr.io/" + name];
        }
    }
}
