namespace Kubernetes.Client.Models;

/// <summary>The size of an object, whatever its kind (<c>autoscaling/v1</c>).</summary>
public sealed record V1Scale
{
    public string? ApiVersion { get; set; } = "autoscaling/v1";

    public string? Kind { get; set; } = "Scale";

    public V1ObjectMeta Metadata { get; set; } = new();

    public V1ScaleSpec? Spec { get; set; }

    public V1ScaleStatus? Status { get; set; }
}

/// <summary>The size that is wanted.</summary>
public sealed record V1ScaleSpec
{
    public int? Replicas { get; set; }
}

/// <summary>The size that is there.</summary>
public sealed record V1ScaleStatus
{
    public int Replicas { get; set; }

    public string? Selector { get; set; }
}
