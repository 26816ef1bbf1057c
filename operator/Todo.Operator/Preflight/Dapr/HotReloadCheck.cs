using System.Text.Json;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Requests;
using Todo.Operator.Generation;

namespace Todo.Operator.Preflight.Dapr;

/// <summary>
/// Sidecars take up new Components and Subscriptions while they run: Dapr's HotReload, on by default since 1.18. Without it a move would wait for ever for what only a
/// restart brings.
/// </summary>
public sealed class HotReloadCheck(IKubernetesClient client) : IPreflightCheck
{
    private const string Feature = "HotReload";

    /// <inheritdoc/>
    public string Name => "hot-reload";

    /// <inheritdoc/>
    public bool Applies(PreflightContext context) => context.Observed.Wanted.AnyDapr;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var ours = context.Generation.Apps.Select(a => context.Generation.Names.PerApp(a.AppId)).ToList();
        var list = await client.ListAsync<DaprConfiguration>(new ListOptions { Namespace = context.Generation.Namespace }, cancellationToken);
        var off = list.Items.Where(c => ours.Contains(c.Name()) && IsOff(c)).Select(c => c.Name()).ToList();
        return
        [
            off.Count == 0
                ? CheckResult.Passed(Name, "On, as it is by default.")
                : CheckResult.Failed(Name, $"Switched off in Configuration {string.Join(", ", off)}: remove feature {Feature} from its spec.features."),
        ];
    }

    private static bool IsOff(DaprConfiguration configuration) =>
        configuration.Spec?.Parse() is { ValueKind: JsonValueKind.Object } spec
        && spec.TryGetProperty("features", out var features) && features.ValueKind == JsonValueKind.Array
        && features.EnumerateArray().Any(f =>
            f.TryGetProperty("name", out var name) && name.GetString() == Feature && f.TryGetProperty("enabled", out var enabled) && enabled.ValueKind == JsonValueKind.False);
}
