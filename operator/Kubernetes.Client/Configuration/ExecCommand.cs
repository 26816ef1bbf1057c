namespace Kubernetes.Client.Configuration;

/// <summary>The command that logs a user in. Source: Kubernetes documentation, client-go credential plugins.</summary>
public sealed record ExecCommand
{
    /// <summary>Program, by name (found on <c>PATH</c>) or path.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables that it gets besides those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The version of <c>ExecCredential</c> that it must answer with.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>What to tell when the program is missing.</summary>
    public string? InstallHint { get; init; }

    /// <summary>The cluster that it is told of; null: none.</summary>
    public ExecCluster? Cluster { get; init; }

    /// <summary>How long it may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>The cluster as a credential plugin is told of it.</summary>
/// <param name="Server">Address of the API server.</param>
/// <param name="TlsServerName">Name in its certificate, where it is another one.</param>
/// <param name="InsecureSkipTlsVerify">Whether any certificate is accepted.</param>
/// <param name="CertificateAuthorityData">PEM in base64; null: the system's authorities.</param>
public sealed record ExecCluster(Uri Server, string? TlsServerName, bool InsecureSkipTlsVerify, string? CertificateAuthorityData);
