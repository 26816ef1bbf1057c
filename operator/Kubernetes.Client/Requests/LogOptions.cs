namespace Kubernetes.Client.Requests;

/// <summary>Which lines of a container's log.</summary>
public sealed record LogOptions
{
    /// <summary>The container; null: the pod's only one, or its default.</summary>
    public string? Container { get; init; }

    /// <summary>Goes on with new lines until the container ends.</summary>
    public bool Follow { get; init; }

    /// <summary>The log of the instance before the last restart.</summary>
    public bool Previous { get; init; }

    /// <summary>Only so many last lines; null: all.</summary>
    public int? TailLines { get; init; }

    /// <summary>Only lines not older than this; null: all. Whole seconds.</summary>
    public TimeSpan? Since { get; init; }

    /// <summary>Puts the time (RFC 3339) before each line.</summary>
    public bool Timestamps { get; init; }
}
