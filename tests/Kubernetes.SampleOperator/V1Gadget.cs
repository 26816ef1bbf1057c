using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Operator.Crd.Attributes;

namespace Kubernetes.SampleOperator;

/// <summary>A gadget, which becomes a ConfigMap.</summary>
[KubernetesEntity(Group = "tests.todo.io", ApiVersion = "v1", Kind = "Gadget", PluralName = "gadgets")]
[KubernetesEntityShortNames("gd")]
[Categories("all")]
[PrinterColumn("Size", ".spec.size", "integer", Description = "How large it should be.")]
[PrinterColumn("Message", ".status.message", Wide = true)]
[PrinterColumn("Age", ".metadata.creationTimestamp", "date")]
[EntityRbac(typeof(V1Gadget), "get,list,watch,patch")]
[EntityRbac(typeof(V1Gadget), "patch", Subresource = "status")]
[EntityRbac(typeof(V1ConfigMap), "list,watch,patch")]
[GenericRbac("events.k8s.io", "events", "create,patch")]
public sealed record V1Gadget : CustomKubernetesEntity<GadgetSpec, GadgetStatus>;

/// <summary>What a gadget should be.</summary>
[ValidationRule("self.size <= self.limits.maxSize", "size must not be above limits.maxSize.", FieldPath = ".size", Reason = "FieldValueInvalid")]
public sealed record GadgetSpec
{
    /// <summary>How large it should be, in <c>gu</c>. Default 1.</summary>
    [Default(1)]
    [RangeMinimum(0)]
    [RangeMaximum(100)]
    public int Size { get; init; } = 1;

    /// <summary>Its colour; see <see cref="GadgetColour.Red"/>.</summary>
    [Default(GadgetColour.Red)]
    public GadgetColour Colour { get; init; }

    /// <summary>How long it lives.</summary>
    [Default("1h30m")]
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(90);

    /// <summary>Name of its owner.</summary>
    [Required]
    [Pattern("^[a-z]+$")]
    [Length(1, 20)]
    public string Owner { get; init; } = "";

    /// <summary>Bounds.</summary>
    [Default]
    public GadgetLimits Limits { get; init; } = new();

    /// <summary>Its parts, by name.</summary>
    [Items(0, 10)]
    [ListMapKeys("name")]
    public IReadOnlyList<GadgetPart> Parts { get; init; } = [];

    /// <summary>Words to find it by.</summary>
    [ListSet]
    [Items(maxItems: 5)]
    [AllowedValues("old", "new")]
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>Anything else.</summary>
    public IReadOnlyDictionary<string, string>? Notes { get; init; }

    /// <summary>Memory.</summary>
    public ResourceQuantity? Memory { get; init; }

    /// <summary>A port, by number or name.</summary>
    public IntOrString? Port { get; init; }
}

/// <summary>Colours.</summary>
public enum GadgetColour
{
    /// <summary>Red.</summary>
    Red,

    /// <summary>Green.</summary>
    Green,
}

/// <summary>Bounds of a gadget.</summary>
public sealed record GadgetLimits
{
    /// <summary>Largest size. Default 50.</summary>
    [Default(50)]
    public int MaxSize { get; init; } = 50;
}

/// <summary>A part.</summary>
public sealed record GadgetPart
{
    /// <summary>Its name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Its weight in grams, if known.</summary>
    public double? Weight { get; init; }
}

/// <summary>What is observed of a gadget.</summary>
public sealed record GadgetStatus
{
    /// <summary>The generation that was acted upon.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>What it does.</summary>
    public string? Message { get; init; }

    /// <summary>When it was last seen.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Its conditions.</summary>
    public IList<V1Condition>? Conditions { get; init; }
}
