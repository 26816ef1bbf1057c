using System.Text.Json.Serialization.Metadata;
using Kubernetes.Operator.Informers;
using Kubernetes.Operator.Leadership;

namespace Kubernetes.Operator.Hosting;

/// <summary>Settings of the runtime.</summary>
public sealed class OperatorOptions
{
    /// <summary>Name of the operator: reporting controller of events, default of the Lease's name, part of the user agent.</summary>
    public string Name { get; set; } = "";

    /// <summary>The only namespace whose objects are watched; null: all namespaces.</summary>
    public string? WatchNamespace { get; set; }

    /// <summary>Who leads when there are several instances.</summary>
    public LeaderElectionOptions LeaderElection { get; } = new();

    /// <summary>A reconcile that takes longer is cancelled, counted and tried again.</summary>
    public TimeSpan ReconcileTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The caches must be complete within this time after the start, else the process ends with an error.</summary>
    public TimeSpan CacheSyncTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long running reconciles may take to end at shutdown.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>First and longest pause after failures of the same object.</summary>
    public (TimeSpan First, TimeSpan Longest) FailureBackoff { get; set; } = (TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1000));

    /// <summary>How lists and watches behave.</summary>
    public InformerTimings Informers { get; set; } = new();

    /// <summary>Managers whose managedFields are kept in the caches, for <see cref="Applying.IApplier"/>.</summary>
    public ISet<string> FieldManagers { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Source-generated JSON contexts of the custom resources; without, they are read by reflection.</summary>
    public IList<IJsonTypeInfoResolver> JsonContexts { get; } = [];
}
