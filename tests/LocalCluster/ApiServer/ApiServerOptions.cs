using System.Net;

namespace LocalCluster.ApiServer;

/// <summary>Settings of one API server.</summary>
public sealed record ApiServerOptions
{
    /// <summary>Loopback address to listen on.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port to listen on; 0: any free one.</summary>
    public int Port { get; init; }

    /// <summary>Bearer tokens that are let in, with the user name each stands for. The first is written to the kubeconfig.</summary>
    public required IReadOnlyList<ApiToken> Tokens { get; init; }

    /// <summary>Where <c>pods/NAME/log</c> comes from; null: there are no logs.</summary>
    public IPodLogs? PodLogs { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>First and last address that Services get as ClusterIP.</summary>
    public (IPAddress First, IPAddress Last) ServiceAddresses { get; init; } = (IPAddress.Parse("127.0.200.1"), IPAddress.Parse("127.0.250.254"));

    /// <summary>Changes kept per resource for watches that resume from an older version.</summary>
    public int HistoryLimit { get; init; } = 10_000;

    /// <summary>Time between two bookmarks of a watch that asked for them.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <exception cref="ArgumentException">A setting cannot be used; the message names it.</exception>
    internal void Validate()
    {
        if (Tokens.Count == 0 || Tokens.Any(t => string.IsNullOrWhiteSpace(t.Token)))
        {
            throw new ArgumentException("Tokens: at least one, and none empty, is needed");
        }

        if (Port is < 0 or > 65535)
        {
            throw new ArgumentException($"Port: {Port} is not between 0 and 65535");
        }

        if (HistoryLimit < 1)
        {
            throw new ArgumentException($"HistoryLimit: {HistoryLimit} is not positive");
        }

        if (BookmarkInterval <= TimeSpan.Zero)
        {
            throw new ArgumentException($"BookmarkInterval: {BookmarkInterval} is not positive");
        }
    }
}

/// <summary>A bearer token and the user it authenticates.</summary>
public sealed record ApiToken(string Token, string User = "admin");
