using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kubernetes.Client.Models;

/// <summary>One container of a pod. Fields without a property of their own are kept in <see cref="Other"/>.</summary>
public sealed record V1Container
{
    public string? Name { get; set; }

    public string? Image { get; set; }

    public string? ImagePullPolicy { get; set; }

    public IList<string>? Command { get; set; }

    public IList<string>? Args { get; set; }

    public string? WorkingDir { get; set; }

    public IList<V1EnvVar>? Env { get; set; }

    public IList<V1EnvFromSource>? EnvFrom { get; set; }

    public IList<V1ContainerPort>? Ports { get; set; }

    public V1ResourceRequirements? Resources { get; set; }

    public V1Probe? LivenessProbe { get; set; }

    public V1Probe? ReadinessProbe { get; set; }

    public V1Probe? StartupProbe { get; set; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

/// <summary>An environment variable.</summary>
public sealed record V1EnvVar
{
    public string? Name { get; set; }

    public string? Value { get; set; }

    public V1EnvVarSource? ValueFrom { get; set; }
}

/// <summary>Where the value of an environment variable comes from.</summary>
public sealed record V1EnvVarSource
{
    public V1ConfigMapKeySelector? ConfigMapKeyRef { get; set; }

    public V1SecretKeySelector? SecretKeyRef { get; set; }

    public V1ObjectFieldSelector? FieldRef { get; set; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

/// <summary>A key of a ConfigMap in the same namespace.</summary>
public sealed record V1ConfigMapKeySelector
{
    /// <summary>Name of the ConfigMap.</summary>
    public string? Name { get; set; }

    /// <summary>Key within it.</summary>
    public string? Key { get; set; }

    /// <summary>Whether it may be missing.</summary>
    public bool? Optional { get; set; }
}

/// <summary>A key of a Secret in the same namespace.</summary>
public sealed record V1SecretKeySelector
{
    /// <summary>Name of the Secret.</summary>
    public string? Name { get; set; }

    /// <summary>Key within it.</summary>
    public string? Key { get; set; }

    /// <summary>Whether it may be missing.</summary>
    public bool? Optional { get; set; }
}

/// <summary>A field of the pod itself.</summary>
public sealed record V1ObjectFieldSelector
{
    public string? ApiVersion { get; set; }

    public string? FieldPath { get; set; }
}

/// <summary>All keys of a ConfigMap or Secret as variables.</summary>
public sealed record V1EnvFromSource
{
    public string? Prefix { get; set; }

    public V1ConfigMapEnvSource? ConfigMapRef { get; set; }

    public V1SecretEnvSource? SecretRef { get; set; }
}

/// <summary>A ConfigMap as a source of variables.</summary>
public sealed record V1ConfigMapEnvSource
{
    public string? Name { get; set; }

    public bool? Optional { get; set; }
}

/// <summary>A Secret as a source of variables.</summary>
public sealed record V1SecretEnvSource
{
    public string? Name { get; set; }

    public bool? Optional { get; set; }
}

/// <summary>A port that a container listens on.</summary>
public sealed record V1ContainerPort
{
    public string? Name { get; set; }

    public int? ContainerPort { get; set; }

    public string? Protocol { get; set; }

    public int? HostPort { get; set; }

    public string? HostIP { get; set; }
}

/// <summary>What a container asks for and may use at most, by resource name (<c>cpu</c>, <c>memory</c>).</summary>
public sealed record V1ResourceRequirements
{
    public IDictionary<string, ResourceQuantity>? Limits { get; set; }

    public IDictionary<string, ResourceQuantity>? Requests { get; set; }
}

/// <summary>How to tell whether a container is well.</summary>
public sealed record V1Probe
{
    public V1HTTPGetAction? HttpGet { get; set; }

    public V1TCPSocketAction? TcpSocket { get; set; }

    public int? InitialDelaySeconds { get; set; }

    public int? PeriodSeconds { get; set; }

    public int? TimeoutSeconds { get; set; }

    public int? SuccessThreshold { get; set; }

    public int? FailureThreshold { get; set; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

/// <summary>A probe by HTTP.</summary>
public sealed record V1HTTPGetAction
{
    public string? Host { get; set; }

    public string? Path { get; set; }

    public IntOrString? Port { get; set; }

    public string? Scheme { get; set; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

/// <summary>A probe by opening a connection.</summary>
public sealed record V1TCPSocketAction
{
    public string? Host { get; set; }

    public IntOrString? Port { get; set; }
}
