using System.Globalization;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Messaging.Tests.Delivery.Wires;

/// <summary>
/// The Dapr resources and the sidecar's flags as the operator generates them, so that what is tested is what it sets up.
/// </summary>
internal sealed class GeneratedResources(Broker broker, TodoPlatformSpec spec)
{
    private static readonly string[] Health = ["app-health-check-path", "app-health-probe-interval", "app-health-threshold"];

    private readonly GenerationContext _context = new(spec with { Broker = broker.Name() }, "default", "todo", "uid");

    public string ComponentOf(string appId) => _context.Names.Component(broker, appId);

    /// <summary>Writes the resources of one app over the one broker, a file for each. JSON is YAML.</summary>
    /// <param name="end">Whether its end takes the time that it takes in production: for tests that end it in mid-work.</param>
    /// <returns>The sidecar's command line.</returns>
    public IReadOnlyList<string> Write(string folder, string appId, string address, int appPort, bool end = false)
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
            "--app-port", appPort.ToString(CultureInfo.InvariantCulture), "--app-channel-address", address, "--resources-path", resources, "--config", Path.Combine(folder, "config.yaml"),
            .. Flags(app, end),
        ];
    }

    // The state store is not part of delivery.
    private bool IsNeeded(GeneratedKey key) =>
        key.Kind is GeneratedKind.Resiliency or GeneratedKind.Configuration || key.Broker == broker;

    /// <summary>What the injector makes of the generated annotations that concern delivery.</summary>
    private IEnumerable<string> Flags(AppDefinition app, bool end)
    {
        var annotations = TemplateGenerator.Annotations(_context, app).ToDictionary(x => x.Key, x => x.Value, StringComparer.Ordinal);
        if (annotations["dapr.io/enable-app-health-check"] == "true")
        {
            yield return "--enable-app-health-check";
        }

        foreach (var name in Health)
        {
            yield return "--" + name;
            yield return annotations["dapr.io/" + name];
        }

        foreach (var name in end ? (string[])["block-shutdown-duration", "graceful-shutdown-seconds"] : [])
        {
            yield return "--dapr-" + name;
            yield return annotations["dapr.io/" + name];
        }
    }
}
