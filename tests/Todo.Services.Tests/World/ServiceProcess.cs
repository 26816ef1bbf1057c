using System.Net;
using LocalCluster.Dependencies;

namespace Todo.Services.Tests.World;

/// <summary>One pod: a service as a process on an address of its own, configured by its environment as in the cluster.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    /// <summary>Key of the tokens.</summary>
    public const string Secret = "a-secret-for-tests-a-secret-for-tests";

    private const int SigTerm = 15;

    private readonly Daemon _daemon;

    private ServiceProcess(Daemon daemon, Endpoint endpoint)
    {
        _daemon = daemon;
        Http = new HttpClient { BaseAddress = new Uri($"http://{endpoint}") };
    }

    public HttpClient Http { get; }

    public int ProcessId => _daemon.ProcessId;

    /// <summary>Starts a service and waits until it is ready.</summary>
    public static async Task<ServiceProcess> StartAsync(string name, int port, Servers servers, string database, IReadOnlyDictionary<string, string>? settings = null, Endpoint? at = null)
    {
        var endpoint = at ?? Addresses.Next(port);
        var environment = new Dictionary<string, string>
        {
            ["BIND_ADDRESS"] = endpoint.Host,
            ["POD_NAME"] = $"{name}-{Guid.NewGuid().ToString("N")[..5]}",
            ["MANAGEMENT_TOKEN"] = "token",
            ["DATABASE_URL"] = database,
            ["KAFKA_BOOTSTRAP_SERVERS"] = servers.Kafka.ToString(),
            ["BETTER_AUTH_SECRET"] = Secret,
            ["SHUTDOWN_DELAY"] = "00:00:00.2",
        };
        foreach (var (key, value) in settings ?? new Dictionary<string, string>())
        {
            environment[key] = value;
        }

        var daemon = await Programs.StartAsync(name, Path.Combine(servers.Folder, "services"), [endpoint], [], environment);
        var service = new ServiceProcess(daemon, endpoint);
        await Eventually.SeeAsync($"{name} ready", service.ReadinessAsync, status => status == HttpStatusCode.OK);
        return service;
    }

    /// <summary>SIGTERM, without waiting.</summary>
    public void Terminate() => _daemon.Signal(SigTerm);

    /// <summary>kill -9.</summary>
    public void Kill() => _daemon.Kill();

    /// <summary>Whether the process is gone.</summary>
    public bool HasEnded => !File.Exists($"/proc/{ProcessId}/exe") && !Directory.Exists($"/proc/{ProcessId}/task") || IsZombie();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _daemon.DisposeAsync();
    }

    private async Task<HttpStatusCode> ReadinessAsync()
    {
        using var response = await Http.GetAsync("readyz");
        return response.StatusCode;
    }

    private bool IsZombie()
    {
        try
        {
            return File.ReadAllText($"/proc/{ProcessId}/stat").Split(')')[^1].TrimStart().StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }
}
