namespace Todo.Messaging.Hosting;

/// <summary>One thing that a service depends on, looked at every few seconds and told by <c>GET /readyz</c>.</summary>
public interface IReadinessCheck
{
    /// <summary>One word.</summary>
    string Name { get; }

    /// <summary>Whether the service can do nothing without it. What it can do without is told, but takes no pod out of service.</summary>
    bool IsRequired { get; }

    /// <summary>Looks now.</summary>
    /// <exception cref="Exception">It is not well; the message says why.</exception>
    Task<ReadinessAnswer> LookAsync(CancellationToken cancellationToken);
}

/// <param name="Detail">For people, one line.</param>
public sealed record ReadinessAnswer(bool IsWell, string Detail);
