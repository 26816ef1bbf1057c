using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Requests;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Observation;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation.Checker;

/// <summary>Believes that a Subscription is deleted that is not.</summary>
internal sealed class ForgetsASubscription(IKubernetesClient inner) : ForwardingClient(inner)
{
    public override Task<DeleteResult<TEntity>> DeleteAsync<TEntity>(string? ns, string name, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        typeof(TEntity) == typeof(DaprSubscription) && name.Contains("email", StringComparison.Ordinal)
            ? Task.FromResult(new DeleteResult<TEntity>(Found: true, Remaining: null))
            : base.DeleteAsync<TEntity>(ns, name, options, cancellationToken);
}

/// <summary>Writes whatever has changed since it looked.</summary>
internal sealed class WritesWithoutPreconditions(IKubernetesClient inner) : ForwardingClient(inner)
{
    protected override ApplyOptions Changed(ApplyOptions options) => options with { ResourceVersion = null };
}

/// <summary>Hears from services what it would like to hear.</summary>
internal sealed class HearsWhatItLikes(IKubernetesClient inner, string path, Action<JsonObject> change) : ForwardingClient(inner)
{
    public override async Task<HttpResponseMessage> SendToPodAsync(
        string ns, string pod, int port, HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        var answer = await base.SendToPodAsync(ns, pod, port, request, cancellationToken);
        if (!answer.IsSuccessStatusCode || !request.RequestUri!.OriginalString.StartsWith(path, StringComparison.Ordinal))
        {
            return answer;
        }

        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
        change(body);
        return Discovery.Json(body.ToJsonString());
    }
}

/// <summary>Gets no answer from any broker about who listens.</summary>
internal sealed class HearsFromNobody : IBrokerMembership
{
    public Task<Known<IReadOnlyDictionary<ServiceId, Membership>>> ReadAsync(GenerationContext context, Broker broker, CancellationToken cancellationToken) =>
        Task.FromResult(Known.Unknown<IReadOnlyDictionary<ServiceId, Membership>>("nobody was asked"));
}
