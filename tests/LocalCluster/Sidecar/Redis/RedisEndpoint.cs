namespace LocalCluster.Sidecar.Redis;

/// <summary>Where a Redis is and how to talk to it.</summary>
internal sealed record RedisEndpoint
{
    public required string Host { get; init; }

    public int Port { get; init; } = 6379;

    public string? Username { get; init; }

    public string? Password { get; init; }

    public int Database { get; init; }

    public bool Tls { get; init; }

    public bool SkipCertificateCheck { get; init; }

    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer may take; a blocking read adds its own time.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(3);
}
