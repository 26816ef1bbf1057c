using System.Globalization;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Todo.Operator.Topology;

namespace Todo.Operator.Preflight.Cluster;

/// <summary>
/// A drained node does not take all pods of a service in the middle of a move, and is not held up for ever either. Rolling updates themselves ask no budget: so nothing here
/// holds a move.
/// </summary>
public sealed class DisruptionBudgetCheck(IKubernetesClient client) : IPreflightCheck
{
    /// <inheritdoc/>
    public string Name => "disruption-budget";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var list = await client.ListAsync<V1PodDisruptionBudget>(new ListOptions { Namespace = context.Generation.Namespace }, cancellationToken);
        List<CheckResult> results = [];
        foreach (var app in context.Generation.Apps)
        {
            if (await client.GetAsync<V1Deployment>(context.Generation.Namespace, app.Deployment, cancellationToken) is { } deployment)
            {
                results.Add(Judge(app, deployment, [.. list.Items.Where(b => Selects(b, deployment))]));
            }
        }

        return results;
    }

    private CheckResult Judge(AppDefinition app, V1Deployment deployment, List<V1PodDisruptionBudget> budgets)
    {
        var name = $"{Name}/{app.Deployment}";
        var replicas = deployment.Spec?.Replicas ?? 1;
        if (budgets.Count > 1)
        {
            return CheckResult.Warning(name, $"{string.Join(" and ", budgets.Select(b => b.Name()))} both select its pods: Kubernetes then evicts none, and draining a node hangs. Keep one.");
        }

        if (budgets is [var budget])
        {
            return MayGo(budget.Spec!, replicas) > 0
                ? CheckResult.Passed(name, $"{budget.Name()} protects it.")
                : CheckResult.Warning(name, $"{budget.Name()} lets none of its {replicas} pods be evicted: draining a node hangs. Use maxUnavailable: 1.");
        }

        return replicas > 1
            ? CheckResult.Warning(name, $"No PodDisruptionBudget selects its pods: draining nodes may take all {replicas} at once. Use one with maxUnavailable: 1.")
            : CheckResult.Passed(name, "One pod: there is nothing to protect.");
    }

    private static int MayGo(V1PodDisruptionBudgetSpec spec, int replicas) =>
        spec.MaxUnavailable is { } go ? Resolve(go, replicas) : spec.MinAvailable is { } stay ? replicas - Resolve(stay, replicas) : replicas;

    /// <summary>Both percentages of a budget are rounded up (Kubernetes, "Specifying a Disruption Budget").</summary>
    private static int Resolve(IntOrString value, int replicas) => value.Number
        ?? (double.TryParse(value.Text?.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) ? (int)Math.Ceiling(replicas * percent / 100) : 0);

    /// <summary>In policy/v1 an empty selector selects every pod of the namespace, and none given selects nothing.</summary>
    private static bool Selects(V1PodDisruptionBudget budget, V1Deployment deployment)
    {
        var pods = deployment.Spec?.Template?.Metadata?.Labels ?? new Dictionary<string, string>();
        return budget.Spec?.Selector is { } selector
            && (selector.MatchLabels ?? new Dictionary<string, string>()).All(l => pods.TryGetValue(l.Key, out var value) && value == l.Value)
            && (selector.MatchExpressions ?? []).All(e => Meets(e, pods.TryGetValue(e.Key ?? string.Empty, out var value) ? value : null));
    }

    private static bool Meets(V1LabelSelectorRequirement requirement, string? value) => requirement.OperatorProperty switch
    {
        "In" => value is not null && requirement.Values?.Contains(value) == true,
        "NotIn" => value is null || requirement.Values?.Contains(value) != true,
        "Exists" => value is not null,
        "DoesNotExist" => value is null,
        _ => false,
    };
}
