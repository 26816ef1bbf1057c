using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Todo.Messaging.Hosting;
using Todo.Messaging.Jobs;
using Todo.Messaging.Ledger;
using Todo.Messaging.Publishing;
using Todo.Messaging.Transports.Dapr;
using Todo.Messaging.Transports.Kafka;

namespace Todo.Messaging.Management;

/// <summary>The management port: what the operator reads and orders.</summary>
internal static class ManagementEndpoints
{
    private const int LongestWindow = 24 * 3600;
    private const int MostListed = 1000;

    public static void MapManagement(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/internal").AddEndpointFilter(RequireTokenAsync);
        group.MapGet("/ledger", LedgerAsync);
        group.MapGet("/dead", DeadAsync);
        group.MapGet("/transports", TransportsAsync);
        group.MapGet("/probes", ProbesAsync);
        group.MapPost("/probe", ProbeAsync);
        group.MapPost("/replay", ReplayAsync);
        if (app.ServiceProvider.GetService<DaprJob>() is not null)
        {
            group.MapPost("/jobs/start", StartJobAsync);
            group.MapPost("/jobs/stop", StopJobAsync);
        }
    }

    private static ValueTask<object?> RequireTokenAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var expected = context.HttpContext.RequestServices.GetRequiredService<ServiceOptions>().ManagementToken;
        return SidecarFilter.SameSecret(context.HttpContext.Request.Headers["X-Todo-Token"], expected)
            ? next(context)
            : ValueTask.FromResult<object?>(Results.StatusCode(StatusCodes.Status401Unauthorized));
    }

    private static async Task<IResult> LedgerAsync(LedgerReader ledger, LedgerCounters counters, CancellationToken cancellationToken, int window = 30)
    {
        if (window is < 1 or > LongestWindow)
        {
            return Results.Problem($"window is a number of seconds from 1 to {LongestWindow}.", statusCode: StatusCodes.Status400BadRequest);
        }

        await counters.FlushAsync(cancellationToken);
        return Results.Json(await ledger.ReadAsync(window, cancellationToken));
    }

    private static async Task<IResult> DeadAsync(DeadDeliveries dead, CancellationToken cancellationToken, int limit = 100) =>
        limit is < 1 or > MostListed
            ? Results.Problem($"limit is a number from 1 to {MostListed}.", statusCode: StatusCodes.Status400BadRequest)
            : Results.Json(await dead.ReadAsync(limit, cancellationToken));

    private static async Task<IResult> TransportsAsync(
        ServiceOptions options, ServiceState state, DaprSidecar sidecar, KafkaPositions kafka, Epoch epoch, IServiceProvider services,
        CancellationToken cancellationToken)
    {
        var sidecarReady = sidecar.IsReadyAsync(cancellationToken);
        var positions = await kafka.GetAsync(cancellationToken);
        return Results.Json(new TransportsAnswer(
            options.AppId,
            options.PodName,
            await epoch.ReadAsync(cancellationToken),
            options.PublishesTo,
            options.ConsumeDirect,
            !sidecar.IsExpected ? "absent" : await sidecarReady ? "ready" : "starting",
            state.IsReady,
            options.Kafka.BootstrapServers,
            positions.Positions,
            positions.Error,
            services.GetService<DaprJob>() is { } job ? await job.StateAsync(cancellationToken) : null));
    }

    private static async Task<IResult> ProbesAsync(Probes probes, Guid[] id, CancellationToken cancellationToken) =>
        Results.Json(new { probes = await probes.ReadAsync(id, cancellationToken) });

    private static Task<IResult> ProbeAsync(ProbeOrder order, Epoch epoch, Probes probes, ProbeSignal signal, CancellationToken cancellationToken) =>
        epoch.ObeyAsync(
            order.Epoch,
            async transaction =>
            {
                if (order.Via is not { Length: > 0 } via || order.Topics is not { Count: > 0 } topics)
                {
                    return Results.Problem("via and topics are required.", statusCode: StatusCodes.Status400BadRequest);
                }

                return Results.Json(new { probes = await probes.AddAsync(transaction, via, topics, cancellationToken) }, statusCode: StatusCodes.Status202Accepted);
            },
            () =>
            {
                signal.Set();
                return Task.CompletedTask;
            },
            cancellationToken);

    private static Task<IResult> ReplayAsync(ReplayOrder order, Epoch epoch, RelayNotifications relays, CancellationToken cancellationToken) =>
        epoch.ObeyAsync(
            order.Epoch,
            async transaction => order switch
            {
                { From: { } from, Dead: false } => Replayed(await Replayer.ReplayAsync(transaction, from, cancellationToken)),
                { From: null, Dead: true } => Replayed(await Replayer.ReplayDeadAsync(transaction, cancellationToken)),
                _ => Results.Problem("Either from or dead: true is required.", statusCode: StatusCodes.Status400BadRequest),
            },
            () => relays.WakeEverybodyAsync(cancellationToken),
            cancellationToken);

    private static IResult Replayed(int events) => Results.Json(new { events }, statusCode: StatusCodes.Status202Accepted);

    private static Task<IResult> StartJobAsync(JobOrder order, Epoch epoch, DaprJob job, CancellationToken cancellationToken) =>
        epoch.ObeyAsync(order.Epoch, async () => JobResult(await job.StartJobAsync(cancellationToken), DaprJob.Scheduled), cancellationToken);

    private static Task<IResult> StopJobAsync(JobOrder order, Epoch epoch, DaprJob job, CancellationToken cancellationToken) =>
        epoch.ObeyAsync(order.Epoch, async () => JobResult(await job.StopJobAsync(cancellationToken), DaprJob.Absent), cancellationToken);

    private static IResult JobResult(bool done, string state) =>
        done ? Results.Json(new { state }) : Results.Problem("The sidecar did not answer.", statusCode: StatusCodes.Status503ServiceUnavailable);
}
