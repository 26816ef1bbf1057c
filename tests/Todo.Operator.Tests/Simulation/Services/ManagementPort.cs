using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Todo.Operator.Decisions;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Nodes;
using Todo.Operator.Tests.Simulation.Time;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation.Services;

/// <summary>What pods answer on their management port and sidecars on their public one: the bodies of docs/reference/service-contract.md.</summary>
internal sealed class ManagementPort(VirtualClock clock, Kubelet kubelet, Weather weather, Ledger ledger, Brokers brokers, Func<bool> isLate)
{
    public const string Token = "simulated";

    /// <summary>No service can start with this one.</summary>
    public const string WrongToken = "wrong";

    private const int SidecarPort = 3501;

    public HttpResponseMessage Answer(string name, int port, HttpRequestMessage request)
    {
        var uri = new Uri(new Uri("http://pod"), request.RequestUri!.OriginalString);
        if (kubelet.Find(name) is not { IsRunning: true } pod || (port == SidecarPort && !pod.HasSidecar))
        {
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        }

        if (port != SidecarPort && (!request.Headers.TryGetValues("X-Todo-Token", out var tokens) || tokens.First() != pod.Token))
        {
            return new HttpResponseMessage(HttpStatusCode.Unauthorized);
        }

        return request.Method == HttpMethod.Get ? Read(pod, uri) : Order(pod, uri.AbsolutePath, Body(request));
    }

    /// <summary>What a broker answers to the operator, which asks it from its own pod.</summary>
    public Known<long> Backlog(Broker broker) => brokers.Backlog(broker) is { } waiting ? Known.Of(waiting) : Known.Unknown<long>("it is down");

    /// <summary>Who a broker says that listens there.</summary>
    public Known<IReadOnlyDictionary<ServiceId, Membership>> Memberships(Broker broker) =>
        brokers.Memberships(broker, clock.Now) is { } members ? Known.Of(members) : Known.Unknown<IReadOnlyDictionary<ServiceId, Membership>>("it is down");

    private bool IsSlow => weather.Slow is { } broker && kubelet.Pods.Any(p => p is { UseDapr: true, IsReady: true } && Sidecars.IsOver(p.PublishesTo, broker));

    private static JsonObject Body(HttpRequestMessage request)
    {
        using var reader = new StreamReader(request.Content!.ReadAsStream());
        return JsonNode.Parse(reader.ReadToEnd())!.AsObject();
    }

    private static HttpResponseMessage Json(JsonObject body, HttpStatusCode status = HttpStatusCode.OK)
    {
        var answer = Discovery.Json(body.ToJsonString());
        answer.StatusCode = status;
        return answer;
    }

    private HttpResponseMessage Read(PodState pod, Uri uri) => uri.AbsolutePath switch
    {
        "/v1.0/metadata" => Json(new JsonObject
        {
            ["components"] = new JsonArray([.. pod.Components.Select(c => new JsonObject { ["name"] = c })]),
            ["subscriptions"] = new JsonArray([.. pod.Subscriptions.Values.Select(s => new JsonObject { ["pubsubname"] = s.Component, ["topic"] = s.Topic })]),
        }),
        "/internal/ledger" when weather.LedgerAway => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable),
        "/internal/ledger" => Json(LedgerBody(int.Parse(uri.Query.Split('=')[1], CultureInfo.InvariantCulture))),
        "/internal/transports" => Json(Transports(pod)),
        "/internal/probes" => Json(new JsonObject { ["probes"] = Probes(uri.Query) }),
        _ => new HttpResponseMessage(HttpStatusCode.NotFound),
    };

    private JsonObject LedgerBody(int window)
    {
        var (published, handled, failed) = ledger.Recent(clock.Now - TimeSpan.FromSeconds(window));
        return new JsonObject
        {
            ["asOf"] = clock.Now,
            ["epoch"] = ledger.Epoch,
            ["transports"] = new JsonArray([.. ledger.Open.Select(e => e.SentVia).OfType<string>().Concat(ledger.Replayed.Keys).Distinct(StringComparer.Ordinal).Select(name => new JsonObject
            {
                ["name"] = name,
                ["inFlight"] = ledger.Open.Where(e => e.SentVia == name).Sum(e => e.Deliveries.Count(d => d.Effects == 0)),
                ["oldestSeconds"] = 0,
                ["replayed"] = ledger.Replayed.GetValueOrDefault(name),
                ["suppressed"] = brokers.Suppressed,
                ["dead"] = 0,
                ["foreign"] = 0,
            })]),
            ["held"] = ledger.Open.Count(e => e.SentVia is null),
            ["heldOldestSeconds"] = 0,
            ["unsent"] = new JsonArray(),
            ["recent"] = new JsonObject
            {
                ["seconds"] = window, ["published"] = published, ["handled"] = handled, ["failed"] = failed, ["p50Milliseconds"] = 5.0, ["p95Milliseconds"] = IsSlow ? 1000.0 : 9.0,
            },
        };
    }

    private JsonObject Transports(PodState pod)
    {
        var body = new JsonObject
        {
            ["service"] = pod.App.AppId,
            ["pod"] = pod.Name,
            ["epoch"] = ledger.Epoch,
            ["publishesTo"] = pod.PublishesTo,
            ["consumeDirect"] = pod.ConsumesDirect,
            ["sidecar"] = pod.HasSidecar ? "ready" : "absent",
            ["ready"] = pod.IsReady,
            ["positions"] = new JsonArray(),
            ["ownClient"] = "kafka:9092",
        };
        if (pod.App.IsConsumer)
        {
            var (committed, end) = brokers.Positions(pod.App.AppId);
            body["positions"] = new JsonArray(new JsonObject
            {
                ["group"] = pod.App.ConsumerGroup, ["topic"] = pod.App.Consumes[0], ["partition"] = 0, ["committed"] = committed, ["end"] = end,
            });
        }

        if (pod.App.Id == ServiceId.Notification)
        {
            body["jobs"] = ledger.Job && pod.HasSidecar ? "scheduled" : "absent";
        }

        return body;
    }

    private JsonArray Probes(string query) =>
        new([.. query.TrimStart('?').Split('&').Select(p => ledger.Probe(Uri.UnescapeDataString(p.Split('=')[1]))).OfType<EventRecord>()
            .SelectMany(e => e.Deliveries.Select(d => new JsonObject
            {
                ["id"] = e.Id, ["topic"] = e.Topic, ["consumer"] = d.Consumer, ["sentVia"] = e.SentVia, ["handledVia"] = d.HandledVia,
            }))]);

    private HttpResponseMessage Order(PodState pod, string path, JsonObject order)
    {
        if (!ledger.Obeys(order["epoch"]!.GetValue<long>()))
        {
            return new HttpResponseMessage(HttpStatusCode.Conflict);
        }

        switch (path)
        {
            case "/internal/probe":
                var probes = order["topics"]!.AsArray().Select(t => ledger.Write(t!.GetValue<string>(), pod.App.AppId, order.Text("via"))).ToList();
                return Json(
                    new JsonObject { ["probes"] = new JsonArray([.. probes.Select(p => new JsonObject { ["id"] = p.Id, ["topic"] = p.Topic })]) }, HttpStatusCode.Accepted);
            case "/internal/replay":
                return Json(new JsonObject { ["events"] = ledger.Replay([.. order["from"]!.AsArray().Select(f => f!.GetValue<string>())]) }, HttpStatusCode.Accepted);
            case "/internal/jobs/start" or "/internal/jobs/stop" when pod is { App.Id: ServiceId.Notification, HasSidecar: true } && !weather.SchedulerDown:
                ledger.Job = path.EndsWith("start", StringComparison.Ordinal);
                ledger.JobStopped = !ledger.Job;
                ledger.JobIsLate = isLate();
                return Json(new JsonObject { ["state"] = ledger.Job ? "scheduled" : "absent" });
            default:
                return new HttpResponseMessage(HttpStatusCode.NotFound);
        }
    }
}
