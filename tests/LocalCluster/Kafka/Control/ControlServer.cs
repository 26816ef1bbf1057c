using System.Net;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Kafka.Control;

/// <summary>
/// The control port: <c>GET /topics</c>, <c>GET /groups</c>, <c>GET /faults</c>, and
/// <c>POST /faults/{hang|refuse|slow?milliseconds=N|drop|lose-acknowledgements?count=N|fence?group=G|resume}</c>.
/// </summary>
internal static class ControlServer
{
    /// <summary>Starts the server; dispose it to stop.</summary>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<IAsyncDisposable> StartAsync(KafkaBroker broker, IPEndPoint address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ControlJson.Default));
        var app = builder.Build();
        app.MapGet("/topics", () => broker.Topics());
        app.MapGet("/groups", () => broker.Groups());
        app.MapGet("/faults", () => new FaultState(broker.Faults.Mode.ToString()));
        MapFault(app, "hang", (faults, _) => faults.Hang());
        MapFault(app, "refuse", (faults, _) => faults.Refuse());
        MapFault(app, "slow", (faults, query) => faults.Slow(TimeSpan.FromMilliseconds(Number(query, "milliseconds", 500))));
        MapFault(app, "drop", (faults, _) => faults.DropConnections());
        MapFault(app, "lose-acknowledgements", (faults, query) => faults.LoseAcknowledgements(Number(query, "count", 1)));
        MapFault(app, "fence", (faults, query) => faults.Fence(query["group"].ToString()));
        MapFault(app, "resume", (faults, _) => faults.Resume());
        await app.StartAsync();
        return app;

        void MapFault(WebApplication to, string name, Action<Faults, IQueryCollection> act) => to.MapPost($"/faults/{name}", (HttpRequest request) =>
        {
            act(broker.Faults, request.Query);
            return new FaultState(broker.Faults.Mode.ToString());
        });
    }

    private static int Number(IQueryCollection query, string name, int otherwise) => int.TryParse(query[name], out var number) ? number : otherwise;
}

/// <summary>Answer of the fault routes.</summary>
internal sealed record FaultState(string Mode);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<TopicState>))]
[JsonSerializable(typeof(IReadOnlyList<GroupInfo>))]
[JsonSerializable(typeof(FaultState))]
internal sealed partial class ControlJson : JsonSerializerContext;
