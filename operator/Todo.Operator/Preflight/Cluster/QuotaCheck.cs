using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight.Cluster;

/// <summary>The namespace's quotas leave room for the sidecars and for the pods that a rolling update adds: what does not fit is refused, and the update hangs.</summary>
public sealed class QuotaCheck(IKubernetesClient client) : IPreflightCheck
{
    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.Ordinal)
    {
        ["cpu"] = "requests.cpu",
        ["memory"] = "requests.memory",
        ["count/pods"] = "pods",
    };

    /// <inheritdoc/>
    public string Name => "quota";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var list = await client.ListAsync<V1ResourceQuota>(new ListOptions { Namespace = context.Generation.Namespace }, cancellationToken);
        if (list.Items.Count == 0)
        {
            return [CheckResult.Passed(Name, "The namespace has no quota.")];
        }

        var needed = await NeededAsync(context, cancellationToken);
        return [.. list.Items.Select(q => Judge(context, q, needed))];
    }

    private CheckResult Judge(PreflightContext context, V1ResourceQuota quota, IReadOnlyDictionary<string, decimal> needed)
    {
        var name = $"{Name}/{quota.Name()}";
        List<string> lacking = [];
        foreach (var (resource, limit) in quota.Status?.Hard ?? new Dictionary<string, ResourceQuantity>())
        {
            var used = quota.Status!.Used?.TryGetValue(resource, out var use) == true ? use : "0";
            var more = needed.GetValueOrDefault(Synonyms.GetValueOrDefault(resource, resource));
            if (more > limit.Value - used.Value)
            {
                lacking.Add($"{resource}: {used} of {limit} are used, {Say(resource, more)} more are needed");
            }
        }

        if (lacking.Count > 0)
        {
            return CheckResult.Failed(name, $"There is no room for what a move adds ({string.Join("; ", lacking)}). Raise the quota{(lacking.TrueForAll(l => l.StartsWith("count/", StringComparison.Ordinal)) ? string.Empty : ", or lower spec.sidecar")}.");
        }

        return quota.Status?.Hard?.ContainsKey("limits.cpu") == true && context.Generation.Spec.Sidecar.CpuLimit is null && context.Observed.Wanted.AnyDapr
            ? CheckResult.Warning(name, "It counts limits.cpu, so that a pod without one is refused, and sidecars have none unless a LimitRange gives it: set spec.sidecar.cpuLimit.")
            : CheckResult.Passed(name, "There is room.");
    }

    /// <summary>Sidecars for all pods that have none yet, the surge of one Deployment at a time, and the generated objects that do not exist yet.</summary>
    private async Task<IReadOnlyDictionary<string, decimal>> NeededAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var deployments = await Task.WhenAll(context.Generation.Apps.Select(
            async a => (App: a, Deployment: await client.GetAsync<V1Deployment>(context.Generation.Namespace, a.Deployment, cancellationToken))));
        var sidecar = Sidecar(context.Generation);
        Dictionary<string, decimal> sidecars = [];
        Dictionary<string, decimal> surge = [];
        foreach (var (app, spec) in deployments.Where(d => d.Deployment?.Spec is not null).Select(d => (d.App, d.Deployment!.Spec!)))
        {
            var wanted = context.Observed.Wanted.ThroughDapr(app.Id);
            var present = spec.Template?.Metadata?.Annotations?.ContainsKey(TemplateGenerator.EnabledAnnotation) == true;
            Add(sidecars, sidecar, wanted && !present ? spec.Replicas ?? 1 : 0);

            Dictionary<string, decimal> pod = [];
            foreach (var container in spec.Template?.Spec?.Containers ?? [])
            {
                Add(pod, Of(container.Resources), 1);
            }

            Add(pod, sidecar, wanted || present ? 1 : 0);
            pod["pods"] = 1;
            foreach (var (resource, amount) in pod)
            {
                surge[resource] = Math.Max(surge.GetValueOrDefault(resource), amount * Rollout.MaxSurge(spec));
            }
        }

        Add(sidecars, surge, 1);
        foreach (var kind in DaprGenerator.Generate(context.Generation).Select(g => g.Key)
            .Where(k => k.IsNeededFor(context.Observed.Wanted) && context.Observed.Objects.All(o => o.Key != k)).GroupBy(k => k.Kind))
        {
            sidecars[$"count/{Plural(kind.Key)}.dapr.io"] = kind.Count();
        }

        return sidecars;
    }

    private static string Plural(GeneratedKind kind) => kind switch
    {
        GeneratedKind.Component => "components",
        GeneratedKind.Subscription => "subscriptions",
        GeneratedKind.Resiliency => "resiliencies",
        _ => "configurations",
    };

    private static Dictionary<string, decimal> Sidecar(GenerationContext context)
    {
        var spec = context.Spec.Sidecar;
        Dictionary<string, decimal> amounts = [];
        foreach (var (resource, text) in new[]
        {
            ("requests.cpu", spec.CpuRequest), ("requests.memory", spec.MemoryRequest), ("limits.cpu", spec.CpuLimit), ("limits.memory", spec.MemoryLimit),
        })
        {
            amounts[resource] = ResourceQuantity.TryParse(text, out var value) ? value : 0;
        }

        return amounts;
    }

    private static Dictionary<string, decimal> Of(V1ResourceRequirements? resources) => (resources?.Requests ?? new Dictionary<string, ResourceQuantity>())
        .Select(r => ($"requests.{r.Key}", r.Value.Value))
        .Concat((resources?.Limits ?? new Dictionary<string, ResourceQuantity>()).Select(l => ($"limits.{l.Key}", l.Value.Value)))
        .ToDictionary(r => r.Item1, r => r.Value);

    private static void Add(Dictionary<string, decimal> sum, IReadOnlyDictionary<string, decimal> amounts, int times)
    {
        foreach (var (resource, amount) in amounts)
        {
            sum[resource] = sum.GetValueOrDefault(resource) + (amount * times);
        }
    }

    private static string Say(string resource, decimal amount) =>
        resource.EndsWith("memory", StringComparison.Ordinal) ? $"{Math.Ceiling(amount / (1024 * 1024)):0}Mi" : $"{amount:0.###}";
}
