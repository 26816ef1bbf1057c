using Kubernetes.Client.Entities;

namespace Kubernetes.Operator.Events;

/// <summary>Reports what happens to an object, for <c>kubectl describe</c>.</summary>
/// <remarks>Never waits and never fails: events are sent in the background, repetitions are counted in a series, floods are dropped (and counted).</remarks>
public interface IEventPublisher
{
    /// <summary>Reports something.</summary>
    /// <param name="regarding">The object it is about.</param>
    /// <param name="type">Whether it is good news.</param>
    /// <param name="reason">One CamelCase word, at most 128 characters.</param>
    /// <param name="note">The same for people; longer than 1,024 bytes is cut.</param>
    /// <param name="action">What was done, CamelCase; default: the reason.</param>
    void Publish(IKubernetesObject regarding, EventType type, string reason, string note, string? action = null);
}

/// <summary>Kinds of events.</summary>
public enum EventType
{
    /// <summary>As it should be.</summary>
    Normal,

    /// <summary>Somebody may have to look.</summary>
    Warning,
}
