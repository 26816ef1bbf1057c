using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;

namespace Todo.Operator.Preflight.Dapr;

/// <summary>
/// The API server has somebody to ask for sidecars. Injection fails open: without the webhook, or with nobody behind it, pods are admitted as they are, and nothing says so.
/// </summary>
public sealed class InjectorCheck(IKubernetesClient client) : IPreflightCheck
{
    private const string Webhook = "sidecar-injector.dapr.io";
    private const string ServiceLabel = "kubernetes.io/service-name";

    /// <inheritdoc/>
    public string Name => "injector-webhook";

    /// <inheritdoc/>
    public bool Applies(PreflightContext context) => context.Observed.Wanted.AnyDapr;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var list = await client.ListAsync<V1MutatingWebhookConfiguration>(new ListOptions(), cancellationToken);
        var webhook = list.Items.SelectMany(c => c.Webhooks ?? []).FirstOrDefault(w => w.Name == Webhook);
        if (webhook is null)
        {
            return
            [
                CheckResult.Failed(
                    Name, $"No MutatingWebhookConfiguration has the webhook {Webhook}: pods are admitted without a sidecar, and nothing says so. Install Dapr's chart again (helm upgrade), and look who removed it."),
            ];
        }

        // One that is reached by a URL is somebody's own arrangement, which cannot be seen from here.
        if (webhook.ClientConfig?.Service is not { Name: { } name } service)
        {
            return [CheckResult.Passed(Name, "Asked by URL.")];
        }

        var slices = await client.ListAsync<V1EndpointSlice>(new ListOptions { Namespace = service.NamespaceProperty, LabelSelector = $"{ServiceLabel}={name}" }, cancellationToken);
        return
        [
            slices.Items.SelectMany(s => s.Endpoints ?? []).Any(e => e.Conditions?.Ready != false)
                ? CheckResult.Passed(Name, $"{service.NamespaceProperty}/{name} answers for sidecars.")
                : CheckResult.Failed(
                    Name,
                    $"Service {service.NamespaceProperty}/{name}, which the API server asks for sidecars, has no ready endpoint: pods are admitted without one. "
                    + $"kubectl get endpointslices -n {service.NamespaceProperty} -l {ServiceLabel}={name}"),
        ];
    }
}
