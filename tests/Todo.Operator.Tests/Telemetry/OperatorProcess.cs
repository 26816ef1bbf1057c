using LocalCluster.Dependencies;

namespace Todo.Operator.Tests.Telemetry;

/// <summary>The operator as it runs in a pod: a process of its own, configured by its environment.</summary>
internal sealed class OperatorProcess : IAsyncDisposable
{
    private static readonly Loopback Addresses = new(82);

    private readonly Daemon _daemon;
    private readonly HttpClient _http;

    private OperatorProcess(Daemon daemon, Endpoint endpoint)
    {
        _daemon = daemon;
        _http = new HttpClient { BaseAddress = new Uri($"http://{endpoint}") };
    }

    public static Endpoint NextEndpoint(int port) => new(Addresses.NextAddress().ToString(), port);

    public static async Task<OperatorProcess> StartAsync(string kubeconfig, IReadOnlyDictionary<string, string> settings)
    {
        var endpoint = NextEndpoint(8081);
        Dictionary<string, string> environment = new(settings)
        {
            ["KUBECONFIG"] = kubeconfig,
            ["LEADER_ELECTION"] = "false",
            ["HEALTH_BIND_ADDRESS"] = endpoint.Host,
            ["HEALTH_PORT"] = $"{endpoint.Port}",
        };
        var daemon = await Daemon.StartAsync(
            new DaemonSpec
            {
                Name = "todo-operator",
                Program = "env",
                Arguments = [.. environment.Select(e => $"{e.Key}={e.Value}"), "dotnet", Path.Combine(AppContext.BaseDirectory, "Todo.Operator.dll")],
                Folder = Path.GetTempPath(),
                LogFile = kubeconfig + ".log",
                Endpoints = [endpoint],
                StartDeadline = TimeSpan.FromMinutes(2),
            },
            TestContext.Current.CancellationToken);
        return new OperatorProcess(daemon, endpoint);
    }

    /// <summary>A figure of /metrics by its name and labels, added up over what begins so.</summary>
    public async Task<double> MetricAsync(string beginning) =>
        (await _http.GetStringAsync("/metrics")).Split('\n').Where(l => l.StartsWith(beginning, StringComparison.Ordinal))
        .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Whether a library is in its memory.</summary>
    public bool HasLoaded(string library) => File.ReadAllText($"/proc/{_daemon.ProcessId}/maps").Contains($"/{library}.dll", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _daemon.DisposeAsync();
        File.Delete(_daemon.Spec.LogFile);
    }
}
