using Kubernetes.Client;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;

namespace Todo.Operator.Preflight.Dapr;

/// <summary>
/// Dapr's control plane runs, in a version that is safe to move on. Found by the label <c>app</c> of its pods, in whatever namespace it is, and by their images' tags: that
/// is what really runs (and what <c>dapr status -k</c> shows).
/// </summary>
public sealed class ControlPlaneCheck(IKubernetesClient client) : IPreflightCheck
{
    private const string AppLabel = "app";
    private const string VersionLabel = "app.kubernetes.io/version";

    // Older ones lose messages in rebalances and at shutdown, and do not reload Components.
    private static readonly Version Lowest = new(1, 18, 2);

    private static readonly (string App, string Name, string Without)[] Parts =
    [
        ("dapr-operator", "operator", "sidecars learn of no Component"),
        ("dapr-sidecar-injector", "injector", "pods start without a sidecar and nothing says so"),
        ("dapr-sentry", "sentry", "sidecars get no certificate and do not start"),
        ("dapr-scheduler-server", "scheduler", "no reminder is looked for"),
        ("dapr-placement-server", "placement", "sidecars wait for it if actors are used"),
    ];

    /// <inheritdoc/>
    public string Name => "dapr";

    /// <inheritdoc/>
    public bool Applies(PreflightContext context) => context.Observed.Wanted.AnyDapr;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var list = await client.ListAsync<V1Pod>(new ListOptions { LabelSelector = $"{AppLabel} in ({string.Join(',', Parts.Select(p => p.App))})" }, cancellationToken);
        var pods = list.Items.Where(p => p.Metadata.DeletionTimestamp is null).ToList();
        if (pods.Count == 0)
        {
            return [CheckResult.Failed($"{Name}/version", "There is no Dapr control plane in this cluster: install Dapr 1.18.2 or newer (dapr init -k, or its Helm chart).")];
        }

        return [VersionOf(pods), .. Parts.Select(p => Ready(p, pods))];
    }

    private CheckResult VersionOf(List<V1Pod> pods)
    {
        var name = $"{Name}/version";
        var versions = pods.Select(p => (App: AppOf(p), Text: VersionText(p))).Distinct().ToList();
        var known = versions.Where(v => Parse(v.Text) is not null).Select(v => Parse(v.Text)!).ToList();
        if (known.Count == 0)
        {
            return CheckResult.Unknown(name, $"The control plane's images and labels name no version ({versions[0].Text}); {Lowest} or newer is needed.");
        }

        var lowest = known.Min()!;
        return lowest < Lowest
            ? CheckResult.Failed(name, $"Dapr is {lowest}; {Lowest} or newer is needed, because older ones lose messages when a consumer group is rebalanced and when a sidecar stops. dapr upgrade -k --runtime-version {Lowest}")
            : known.Max() != lowest
                ? CheckResult.Failed(name, $"Dapr is being upgraded: parts of {lowest} and of {known.Max()} run beside each other. Wait until all are {known.Max()}.")
                : versions.Find(v => Parse(v.Text) is null) is { App: { } app, Text: var text }
                ? CheckResult.Unknown(name, $"The image and labels of {app} name no version ({text}); {Lowest} or newer is needed. The others are {lowest}.")
                : CheckResult.Passed(name, $"Dapr {lowest}.");
    }

    private CheckResult Ready((string App, string Name, string Without) part, List<V1Pod> pods)
    {
        var name = $"{Name}/{part.Name}";
        var own = pods.Where(p => AppOf(p) == part.App).ToList();
        if (own.Exists(IsReady))
        {
            return CheckResult.Passed(name, $"{own.Count(IsReady)} of {own.Count} ready.");
        }

        var what = own.Count == 0 ? $"{part.App} has no pod" : $"No pod of {part.App} is ready";
        return part.Name == "placement" && own.Count == 0
            ? CheckResult.Warning(name, $"{what}. The services use no actors, so nothing here needs it.")
            : CheckResult.Failed(name, $"{what}: {part.Without}. kubectl get pods -A -l app={part.App}");
    }

    private static string AppOf(V1Pod pod) => pod.Metadata.Labels is { } labels && labels.TryGetValue(AppLabel, out var app) ? app : string.Empty;

    /// <summary>The image's tag (<c>ghcr.io/dapr/operator:1.18.3-mariner</c>); for an image by digest the chart's label.</summary>
    private static string VersionText(V1Pod pod)
    {
        var image = pod.Spec?.Containers?.FirstOrDefault()?.Image ?? string.Empty;
        var tag = image.Contains('@', StringComparison.Ordinal) ? string.Empty : image[(image.LastIndexOf('/') + 1)..];
        tag = tag.Contains(':', StringComparison.Ordinal) ? tag[(tag.LastIndexOf(':') + 1)..] : string.Empty;
        return Parse(tag) is not null ? tag : pod.Metadata.Labels?.TryGetValue(VersionLabel, out var label) == true ? label : image;
    }

    /// <summary>A release candidate counts as what it leads to.</summary>
    private static Version? Parse(string text) => Version.TryParse(text.TrimStart('v').Split('-', 2)[0], out var version) && version.Build >= 0 ? version : null;

    private static bool IsReady(V1Pod pod) => pod.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true;
}
