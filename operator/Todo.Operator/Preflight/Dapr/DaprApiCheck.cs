using System.Text.Json;
using Kubernetes.Client;

namespace Todo.Operator.Preflight.Dapr;

/// <summary>Dapr's resources exist in the versions that are generated.</summary>
public sealed class DaprApiCheck(IKubernetesClient client) : IPreflightCheck
{
    private static readonly (string Version, string[] Resources)[] Needed =
    [
        ("v1alpha1", ["components", "resiliencies", "configurations"]),
        ("v2alpha1", ["subscriptions"]),
    ];

    /// <inheritdoc/>
    public string Name => "dapr-api";

    /// <inheritdoc/>
    public bool Applies(PreflightContext context) => context.Observed.Wanted.AnyDapr;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        List<string> missing = [];
        foreach (var (version, resources) in Needed)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/apis/dapr.io/{version}");
            using var response = await client.SendAsync(request, cancellationToken);
            var served = response.IsSuccessStatusCode ? await NamesAsync(response, cancellationToken) : [];
            missing.AddRange(resources.Where(r => !served.Contains(r)).Select(r => $"{r}.dapr.io/{version}"));
        }

        return missing.Count == 0
            ? [CheckResult.Passed(Name, "Dapr's resources are served.")]
            : [CheckResult.Failed(Name, $"The API server does not serve {string.Join(", ", missing)}: install Dapr 1.18.2 or newer with its CustomResourceDefinitions (helm upgrade leaves them as they were).")];
    }

    private static async Task<HashSet<string>> NamesAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var document = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
        return document.RootElement.TryGetProperty("resources", out var resources)
            ? [.. resources.EnumerateArray().Select(r => r.GetProperty("name").GetString()!)]
            : [];
    }
}
