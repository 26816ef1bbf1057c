using Kubernetes.Client.Models;

namespace Kubernetes.Operator.Conditions;

/// <summary>The conditions of a status: keeps transition times, sets observedGeneration, keeps the order.</summary>
public sealed class ConditionSet
{
    private readonly List<V1Condition> _conditions;
    private readonly long _observedGeneration;
    private readonly TimeProvider _time;

    /// <summary>Starts from the conditions as they are.</summary>
    /// <param name="current">The conditions of the status so far.</param>
    /// <param name="observedGeneration">The generation that this visit is about.</param>
    /// <param name="time">Clock for transition times.</param>
    public ConditionSet(IEnumerable<V1Condition>? current, long observedGeneration, TimeProvider time)
    {
        _conditions = [.. current ?? []];
        _observedGeneration = observedGeneration;
        _time = time;
    }

    /// <summary>A condition, or null.</summary>
    public V1Condition? this[string type] => _conditions.Find(c => c.Type == type);

    /// <summary>Sets a condition. The transition time changes only when the status does.</summary>
    /// <param name="type">Name of the condition.</param>
    /// <param name="status">True, False; null for Unknown.</param>
    /// <param name="reason">One CamelCase word.</param>
    /// <param name="message">For people.</param>
    public ConditionSet Set(string type, bool? status, string reason, string message = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        var text = status switch { true => "True", false => "False", null => "Unknown" };
        var index = _conditions.FindIndex(c => c.Type == type);
        var previous = index < 0 ? null : _conditions[index];
        var next = new V1Condition
        {
            Type = type,
            Status = text,
            Reason = reason,
            Message = message,
            ObservedGeneration = _observedGeneration,
            LastTransitionTime = previous?.Status == text && previous.LastTransitionTime is { } since ? since : Now(),
        };
        if (index < 0)
        {
            _conditions.Add(next);
        }
        else
        {
            _conditions[index] = next;
        }

        return this;
    }

    /// <summary>Makes sure that a condition is there: Unknown with this reason when it is not.</summary>
    public ConditionSet Ensure(string type, string reason = "NotYetObserved") => this[type] is null ? Set(type, null, reason) : this;

    /// <summary>Whether a condition is True.</summary>
    public bool IsTrue(string type) => this[type]?.Status == "True";

    /// <summary>The conditions for the status.</summary>
    public IList<V1Condition> ToList() => [.. _conditions];

    // metav1.Time has whole seconds; with fractions the value read back would differ from the one written.
    private DateTimeOffset Now()
    {
        var now = _time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
    }
}
