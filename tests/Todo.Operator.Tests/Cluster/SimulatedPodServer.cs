using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Todo.Operator.Tests.Cluster;

/// <summary>The management port of a service and the public port of a sidecar.</summary>
internal sealed class SimulatedPodServer(WebApplication app, SimulatedPodView pod, SimulatedServices services) : IAsyncDisposable
{
    public const string Token = "operator-tests";
    private const int ManagementPort = 8090;
    private const int SidecarPort = 3501;

    public static async Task<SimulatedPodServer> StartAsync(string address, SimulatedPodView pod, SimulatedServices services)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Parse(address), ManagementPort);
            if (pod.HasSidecar)
            {
                k.Listen(IPAddress.Parse(address), SidecarPort);
            }
        });
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            if (context.Connection.LocalPort == ManagementPort && context.Request.Headers["X-Todo-Token"] != Token)
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            await next(context);
        });
        app.MapGet("/v1.0/metadata", () => Results.Json(services.Metadata(pod.AppId)));
        app.MapGet("/internal/ledger", () => Results.Json(services.Ledger()));
        app.MapGet("/internal/transports", () => Results.Json(Transports(pod, services)));
        app.MapGet("/internal/probes", (string[] id) => Results.Json(services.Probes(id)));
        app.MapPost("/internal/probe", (JsonObject order) => Obey(order, services, () => new JsonObject
        {
            ["probes"] = new JsonArray([.. order["topics"]!.AsArray().Select(t => new JsonObject
            {
                ["id"] = services.Probe(t!.GetValue<string>(), order["via"]!.GetValue<string>()), ["topic"] = t!.GetValue<string>(),
            })]),
        }));
        app.MapPost("/internal/replay", (JsonObject order) => Obey(order, services, () => new JsonObject { ["events"] = 0 }));
        app.MapPost("/internal/jobs/start", (JsonObject order) => Obey(order, services, () => SetJob(services, scheduled: true)));
        app.MapPost("/internal/jobs/stop", (JsonObject order) => Obey(order, services, () => SetJob(services, scheduled: false)));
        await app.StartAsync();
        services.Add(pod);
        return new SimulatedPodServer(app, pod, services);
    }

    public async ValueTask DisposeAsync()
    {
        services.Remove(pod);
        await app.DisposeAsync();
    }

    private static JsonObject Transports(SimulatedPodView pod, SimulatedServices services) => new()
    {
        ["service"] = pod.AppId,
        ["pod"] = pod.Name,
        ["epoch"] = services.Epoch,
        ["publishesTo"] = pod.PublishesTo,
        ["consumeDirect"] = pod.ConsumesDirect,
        ["sidecar"] = pod.HasSidecar ? "ready" : "absent",
        ["ready"] = true,
        ["ownClient"] = services.OwnClient,
        ["positions"] = new JsonArray(new JsonObject { ["group"] = "g", ["topic"] = "t", ["partition"] = 0, ["committed"] = 5, ["end"] = 5 }),
        ["jobs"] = pod.AppId == "notification-service" ? services.Job && pod.HasSidecar ? "scheduled" : "absent" : null,
    };

    private static IResult Obey(JsonObject order, SimulatedServices services, Func<JsonObject> effect) =>
        services.Obey(order["epoch"]!.GetValue<long>()) ? Results.Json(effect()) : Results.StatusCode(StatusCodes.Status409Conflict);

    private static JsonObject SetJob(SimulatedServices services, bool scheduled)
    {
        services.Job = scheduled;
        return new JsonObject { ["state"] = scheduled ? "scheduled" : "absent" };
    }
}
