using System.Reflection;
using Kubernetes.Client.Serialization;

namespace Kubernetes.Client;

/// <summary>How the client behaves.</summary>
public sealed record KubernetesClientOptions
{
    /// <summary>What the client calls itself; also the field manager of writes that name none (up to the slash).</summary>
    public string UserAgent { get; init; } = $"kubernetes-client/{Assembly.GetExecutingAssembly().GetName().Version?.ToString(3)}";

    /// <summary>How long one attempt of a request may take. Watches have a time of their own.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection whose other end says nothing for this long, not even when asked, is given up. At least 2 s.</summary>
    public TimeSpan DeadAfter { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a request is tried again where that is safe.</summary>
    public int MaxRetries { get; init; } = 4;

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>JSON.</summary>
    public KubernetesJson Json { get; init; } = KubernetesJson.Default;

    /// <summary>Handlers that see every request, the first one outermost. They must be new ones without an inner handler.</summary>
    public IReadOnlyList<DelegatingHandler> Handlers { get; init; } = [];
}
