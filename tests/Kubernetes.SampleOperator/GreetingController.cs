using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Operator.Applying;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Crd.Attributes;
using Kubernetes.Operator.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Kubernetes.SampleOperator;

/// <summary>Somebody to be greeted.</summary>
[KubernetesEntity(Group = "samples.todo.io", ApiVersion = "v1", Kind = "Greeting", PluralName = "greetings")]
[PrinterColumn("Text", ".status.text")]
[EntityRbac(typeof(V1Greeting), "list,watch")]
[EntityRbac(typeof(V1Greeting), "patch", Subresource = "status")]
[EntityRbac(typeof(V1ConfigMap), "list,watch,patch")]
public sealed record V1Greeting : CustomKubernetesEntity<GreetingSpec, GreetingStatus>;

/// <summary>What is wanted.</summary>
public sealed record GreetingSpec
{
    /// <summary>Who is greeted.</summary>
    [Required]
    [Length(1, 40)]
    public string Name { get; init; } = "";
}

/// <summary>What has become of it.</summary>
public sealed record GreetingStatus
{
    /// <summary>The greeting as written.</summary>
    public string? Text { get; init; }
}

/// <summary>A whole operator: each greeting becomes a ConfigMap, which is put right when somebody changes it and goes with its greeting.</summary>
public sealed class GreetingController(IApplier applier, IEntityCache<V1ConfigMap> maps) : IEntityController<V1Greeting>
{
    private static readonly ApplyOptions Own = new("greetings") { Force = true };

    public async Task<ReconciliationResult<V1Greeting>> ReconcileAsync(V1Greeting entity, CancellationToken cancellationToken)
    {
        var meta = new V1ObjectMeta { Name = entity.Name(), NamespaceProperty = entity.Namespace() };
        var text = $"Hello, {entity.Spec.Name}!";
        var map = new V1ConfigMap { Metadata = meta with { OwnerReferences = [entity.MakeOwnerReference()] }, Data = new Dictionary<string, string> { ["text"] = text } };
        await applier.ApplyAsync(maps.Get(entity.Namespace(), entity.Name()), map, Own, cancellationToken);
        await applier.ApplyAsync(
            entity, new V1Greeting { Metadata = meta, Status = new GreetingStatus { Text = text } }, Own with { Subresource = "status" }, cancellationToken);
        return ReconciliationResult<V1Greeting>.Success(entity);
    }

    public static void AddTo(IServiceCollection services) => services
        .AddKubernetesOperator(static o => (o.Name, _) = ("greetings", o.FieldManagers.Add("greetings")))
        .AddController<GreetingController, V1Greeting>(static c => c.Owns<V1ConfigMap>());
}
