using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kubernetes.Client;
using Kubernetes.Client.Errors;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;

namespace Todo.Operator.Management;

/// <summary>
/// Talks to the services' management port and the sidecars' public port through the API server's pod proxy, so that it works from inside and
/// outside the cluster. An answer that is late, refused or makes no sense is "not known", with the reason.
/// </summary>
public sealed class ManagementClient(IKubernetesClient client, ManagementTokens tokens, TimeProvider time)
{
    private const int SidecarPublicPort = 3501;

    internal Task<Known<LedgerBody>> LedgerAsync(GenerationContext context, string pod, int windowSeconds, CancellationToken cancellationToken) =>
        GetAsync(context, pod, $"/internal/ledger?window={windowSeconds}", ManagementJson.Default.LedgerBody, cancellationToken);

    internal Task<Known<TransportsBody>> TransportsAsync(GenerationContext context, string pod, CancellationToken cancellationToken) =>
        GetAsync(context, pod, "/internal/transports", ManagementJson.Default.TransportsBody, cancellationToken);

    internal Task<Known<ProbesBody>> ProbesAsync(GenerationContext context, string pod, IEnumerable<string> ids, CancellationToken cancellationToken) =>
        GetAsync(context, pod, $"/internal/probes?{string.Join('&', ids.Select(i => $"id={Uri.EscapeDataString(i)}"))}", ManagementJson.Default.ProbesBody, cancellationToken);

    internal async Task<Known<MetadataBody>> SidecarAsync(GenerationContext context, string pod, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1.0/metadata");
        return await SendAsync(context, pod, SidecarPublicPort, request, ManagementJson.Default.MetadataBody, cancellationToken);
    }

    internal Task<Known<ProbesBody>> ProbeAsync(GenerationContext context, string pod, ProbeRequestBody body, CancellationToken cancellationToken) =>
        PostAsync(context, pod, "/internal/probe", body, ManagementJson.Default.ProbeRequestBody, ManagementJson.Default.ProbesBody, cancellationToken);

    internal Task<Known<ReplayedBody>> ReplayAsync(GenerationContext context, string pod, ReplayRequestBody body, CancellationToken cancellationToken) =>
        PostAsync(context, pod, "/internal/replay", body, ManagementJson.Default.ReplayRequestBody, ManagementJson.Default.ReplayedBody, cancellationToken);

    internal Task<Known<JsonElement>> JobAsync(GenerationContext context, string pod, bool start, long epoch, CancellationToken cancellationToken) =>
        PostAsync(context, pod, start ? "/internal/jobs/start" : "/internal/jobs/stop", new OrderBody(epoch), ManagementJson.Default.OrderBody, Any, cancellationToken);

    private static JsonTypeInfo<JsonElement> Any => (JsonTypeInfo<JsonElement>)JsonSerializerOptions.Default.GetTypeInfo(typeof(JsonElement));

    private async Task<Known<T>> GetAsync<T>(GenerationContext context, string pod, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await WithTokenAsync(context, pod, request, type, cancellationToken);
    }

    private async Task<Known<T>> PostAsync<TBody, T>(
        GenerationContext context, string pod, string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, bodyType) };
        return await WithTokenAsync(context, pod, request, type, cancellationToken);
    }

    private async Task<Known<T>> WithTokenAsync<T>(GenerationContext context, string pod, HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var reference = context.Spec.Management.TokenSecretRef;
        var token = await tokens.GetAsync(context.Namespace, reference, cancellationToken);
        if (token is null)
        {
            return Known.Unknown<T>($"Secret {reference.Name} has no key {reference.Key}");
        }

        request.Headers.Add("X-Todo-Token", token);
        return await SendAsync(context, pod, context.Spec.Management.Port, request, type, cancellationToken);
    }

    private async Task<Known<T>> SendAsync<T>(
        GenerationContext context, string pod, int port, HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var limit = context.Spec.Management.Timeout;
        using var patience = new CancellationTokenSource(limit, time);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var response = await client.SendToPodAsync(context.Namespace, pod, port, request, timeout.Token);
            if (!response.IsSuccessStatusCode)
            {
                return Known.Unknown<T>(Refusal(pod, port, response.StatusCode));
            }

            var body = await response.Content.ReadFromJsonAsync(type, timeout.Token);
            return body is null ? Known.Unknown<T>($"{pod}:{port} answered nothing") : Known.Of(body);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Known.Unknown<T>($"{pod}:{port} did not answer within {limit.TotalSeconds:0.#} s");
        }
        catch (KubernetesException e)
        {
            return Known.Unknown<T>($"{pod}:{port}: {e.Message}");
        }
        catch (HttpRequestException e)
        {
            return Known.Unknown<T>($"{pod}:{port}: {e.Message}");
        }
        catch (JsonException)
        {
            return Known.Unknown<T>($"{pod}:{port} answered something else than the contract says");
        }
    }

    private static string Refusal(string pod, int port, HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => $"{pod}:{port} refused the management token",
        HttpStatusCode.Conflict => $"{pod}:{port} has had orders of a later epoch",
        _ => $"{pod}:{port} answered {(int)status}",
    };
}
