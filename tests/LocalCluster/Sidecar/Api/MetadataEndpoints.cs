using System.Globalization;
using System.Text;
using System.Text.Json;
using LocalCluster.Sidecar.Components;
using LocalCluster.Sidecar.PubSub;
using LocalCluster.Sidecar.Resources;
using LocalCluster.Sidecar.State;

namespace LocalCluster.Sidecar.Api;

/// <summary><c>/v1.0/metadata</c>, and <c>/v1.0/shutdown</c>.</summary>
internal sealed class MetadataEndpoints(ApiContext api)
{
    public void MapRead(IEndpointRouteBuilder routes) => routes.MapGet("/v1.0/metadata", ReadAsync);

    public void MapWrite(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/v1.0/metadata/{key}", SetAsync);
        routes.MapPost("/v1.0/shutdown", Shutdown);
    }

    private async Task ReadAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("id", api.Options.AppId);
        json.WriteString("runtimeVersion", SidecarVersion.Runtime);

        // As in Dapr a list without items is left out.
        WriteComponents(json);
        WriteSubscriptions(json);
        WriteExtended(json);
        WriteApp(json);
        json.WriteStartObject("actorRuntime");
        json.WriteString("runtimeStatus", "DISABLED");
        json.WriteBoolean("hostReady", false);
        json.WriteString("placement", "placement: disconnected");
        json.WriteEndObject();
        WriteScheduler(json);
        WriteResiliencies(json);
        json.WriteEndObject();
    }

    private async Task SetAsync(HttpContext context)
    {
        api.Extended[RequestBody.Route(context, "key")] = Encoding.UTF8.GetString(await RequestBody.ReadAsync(context));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task Shutdown(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.OnCompleted(() =>
        {
            api.Shutdown.Request();
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    private void WriteComponents(Utf8JsonWriter json)
    {
        var loaded = api.Components.Loaded.ToList();
        if (loaded.Count == 0)
        {
            return;
        }

        json.WriteStartArray("components");
        foreach (var component in loaded)
        {
            json.WriteStartObject();
            json.WriteString("name", component.Spec.Name);
            json.WriteString("type", component.Spec.Type);
            json.WriteString("version", component.Spec.Version);
            json.WriteStartArray("capabilities");
            foreach (var capability in Capabilities(component))
            {
                json.WriteStringValue(capability);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string[] Capabilities(LoadedComponent component) => component.Instance switch
    {
        IPubSub => ["SUBSCRIBE_WILDCARDS"],
        IStateStore => ["ACTOR", "ETAG", "TRANSACTIONAL", "TTL"],
        _ => [],
    };

    private void WriteSubscriptions(Utf8JsonWriter json)
    {
        if (api.Subscriptions.Configured.Count == 0)
        {
            return;
        }

        json.WriteStartArray("subscriptions");
        foreach (var subscription in api.Subscriptions.Configured)
        {
            json.WriteStartObject();
            json.WriteString("pubsubname", subscription.PubSubName);
            json.WriteString("topic", subscription.Topic);
            json.WriteStartObject("metadata");
            foreach (var (name, value) in subscription.Metadata)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteStartArray("rules");
            foreach (var rule in subscription.Rules.Append(new RouteRule("", subscription.DefaultPath)))
            {
                json.WriteStartObject();
                json.WriteString("match", rule.Match);
                json.WriteString("path", rule.Path);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("deadLetterTopic", subscription.DeadLetterTopic);
            json.WriteString("type", subscription.Origin == SubscriptionOrigin.Declarative ? "DECLARATIVE" : "PROGRAMMATIC");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteExtended(Utf8JsonWriter json)
    {
        json.WriteStartObject("extended");
        json.WriteString("daprRuntimeVersion", SidecarVersion.Runtime);
        json.WriteString("appPID", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in api.Extended)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private void WriteApp(Utf8JsonWriter json)
    {
        var options = api.Options;
        if (options.AppPort is not { } port)
        {
            return;
        }

        json.WriteStartObject("appConnectionProperties");
        json.WriteNumber("port", port);
        json.WriteString("protocol", "http");
        json.WriteString("channelAddress", options.AppChannelAddress);
        if (options.AppMaxConcurrency > 0)
        {
            json.WriteNumber("maxConcurrency", options.AppMaxConcurrency);
        }

        if (options.AppHealth is { } health)
        {
            json.WriteStartObject("health");
            json.WriteString("healthCheckPath", health.Path);
            json.WriteString("healthProbeInterval", CommandLine.GoDuration.Format(health.Interval));
            json.WriteString("healthProbeTimeout", CommandLine.GoDuration.Format(health.Timeout));
            json.WriteNumber("healthThreshold", health.Threshold);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteScheduler(Utf8JsonWriter json)
    {
        if (api.Scheduler is not { IsConnected: true } scheduler)
        {
            return;
        }

        json.WriteStartObject("scheduler");
        json.WriteStartArray("connected_addresses");
        json.WriteStringValue(scheduler.Address);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteResiliencies(Utf8JsonWriter json)
    {
        if (api.Policies.Names.Count == 0)
        {
            return;
        }

        json.WriteStartArray("resiliencies");
        foreach (var name in api.Policies.Names)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
