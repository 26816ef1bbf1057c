namespace LocalCluster.Sidecar.CommandLine;

/// <summary>What daprd's flags and environment say. Names and defaults are daprd's.</summary>
internal sealed record DaprdOptions
{
    public required string AppId { get; init; }

    /// <summary>Port of the app; null when the sidecar serves no app.</summary>
    public int? AppPort { get; init; }

    public string AppChannelAddress { get; init; } = "127.0.0.1";

    /// <summary>How many calls to the app may run at the same time; 0 = no limit.</summary>
    public int AppMaxConcurrency { get; init; }

    public IReadOnlyList<string> ListenAddresses { get; init; } = ["127.0.0.1"];

    public int HttpPort { get; init; } = 3500;

    public int PublicPort { get; init; } = 3501;

    public string PublicListenAddress { get; init; } = "0.0.0.0";

    public bool EnableMetrics { get; init; } = true;

    public int MetricsPort { get; init; } = 9090;

    public string MetricsListenAddress { get; init; } = "0.0.0.0";

    public IReadOnlyList<string> ResourcesPaths { get; init; } = [];

    public IReadOnlyList<string> ConfigFiles { get; init; } = [];

    public string LogLevel { get; init; } = "info";

    public bool LogAsJson { get; init; }

    /// <summary><c>host:port</c> of the job scheduler; null = no jobs.</summary>
    public string? SchedulerAddress { get; init; }

    public AppHealthOptions? AppHealth { get; init; }

    /// <summary>How long work in flight may take after the API has closed.</summary>
    public TimeSpan GracefulShutdown { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the API stays open after SIGTERM; null = not at all.</summary>
    public TimeSpan? BlockShutdown { get; init; }

    /// <summary>Largest request body in bytes.</summary>
    public long MaxBodySize { get; init; } = 4L << 20;

    /// <summary>False when <c>--disable-init-endpoints subscribe</c> is given.</summary>
    public bool AskAppForSubscriptions { get; init; } = true;

    /// <summary>Token that callers of the API must send (<c>DAPR_API_TOKEN</c>).</summary>
    public string? ApiToken { get; init; }

    /// <summary>Token sent to the app (<c>APP_API_TOKEN</c>).</summary>
    public string? AppToken { get; init; }

    /// <summary>Namespace in metrics labels and job identities (<c>NAMESPACE</c>).</summary>
    public string Namespace { get; init; } = "";
}

/// <summary>App health checks; see the annotations <c>dapr.io/app-health-*</c>.</summary>
internal sealed record AppHealthOptions(string Path, TimeSpan Interval, TimeSpan Timeout, int Threshold);
