using Kubernetes.Client.Entities;

namespace Kubernetes.Operator.Tests.Simulation;

/// <summary>What somebody wants.</summary>
[KubernetesEntity(Group = "simulation.todo.io", ApiVersion = "v1", Kind = "Wish", PluralName = "wishes")]
public sealed record V1Wish : CustomKubernetesEntity<SimulatedSpec>;

/// <summary>What the operator makes of it: one for each wish, with its value, owned by it.</summary>
[KubernetesEntity(Group = "simulation.todo.io", ApiVersion = "v1", Kind = "Deed", PluralName = "deeds")]
public sealed record V1Deed : CustomKubernetesEntity<SimulatedSpec>;

public sealed record SimulatedSpec
{
    public int Value { get; init; }
}
