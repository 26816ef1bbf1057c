using System.Diagnostics;
using System.Net;
using LocalCluster.Dependencies;

namespace Todo.Services.Tests.World;

/// <summary>One pod: a service as a process on an address of its own, configured by its environment as in the cluster.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    /// <summary>Key of the tokens.</summary>
    public const string Secret = "a-secret-for-tests-a-secret-for-tests";

    private const string Kafka = "KAFKA_BOOTSTRAP_SERVERS";
    private const int SigTerm = 15;

    private readonly Daemon _daemon;

    private ServiceProcess(Daemon daemon, Endpoint endpoint)
    {
        _daemon = daemon;
        Http = new HttpClient { BaseAddress = new Uri($"http://{endpoint}") };
    }

    public HttpClient Http { get; }

    public int ProcessId => _daemon.ProcessId;

    /// <summary>What stands beside it in its pod, and ends with it at the latest.</summary>
    public Daemon? Sidecar { get; init; }

    /// <summary>Starts a service and waits until it is ready.</summary>
    public static async Task<ServiceProcess> StartAsync(string name, int port, Servers servers, string database, IReadOnlyDictionary<string, string>? settings = null, Endpoint? at = null, Daemon? sidecar = null)
    {
        var endpoint = at ?? Addresses.Next(port);
        var environment = Environment(name, endpoint, database);
        foreach (var (key, value) in settings ?? new Dictionary<string, string>())
        {
            environment[key] = value;
        }

        if (!environment.ContainsKey(Kafka))
        {
            environment[Kafka] = $"{await servers.KafkaOfAsync(database)}";
        }

        var daemon = await Programs.StartAsync(name, Path.Combine(servers.Folder, "services"), [endpoint], [], environment);
        var service = new ServiceProcess(daemon, endpoint) { Sidecar = sidecar };
        await Eventually.SeeAsync($"{name} ready", service.StatusAsync, status => status == HttpStatusCode.OK);
        return service;
    }

    /// <summary>Starts a service that is expected to end by itself.</summary>
    /// <returns>Its exit code and everything it said.</returns>
    public static async Task<(int Code, string Output)> RunAsync(string name, int port, Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, name + ".dll")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in Environment(name, Addresses.Next(port), "Host=127.0.0.1;Database=none").Append(new(Kafka, $"{Addresses.Next(9092)}")).Concat(settings))
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
            var text = await output + await errors;
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, text);
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>The whole lines that it has logged so far.</summary>
    public IReadOnlyList<string> Log()
    {
        using var file = new StreamReader(new FileStream(_daemon.Spec.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = file.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>What it says of its readiness, whether it is ready or not.</summary>
    public async Task<string> ReadinessAsync()
    {
        using var response = await Http.GetAsync("readyz");
        return await response.Content.ReadAsStringAsync();
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
        if (Sidecar is not null)
        {
            await Sidecar.DisposeAsync();
        }
    }

    private static Dictionary<string, string> Environment(string name, Endpoint endpoint, string database) => new()
    {
        ["BIND_ADDRESS"] = endpoint.Host,
        ["POD_NAME"] = $"{name}-{Guid.NewGuid().ToString("N")[..5]}",
        ["MANAGEMENT_TOKEN"] = "token",
        ["DATABASE_URL"] = database,
        ["BETTER_AUTH_SECRET"] = Secret,
        ["SHUTDOWN_DELAY"] = "00:00:00.2",
    };

    private async Task<HttpStatusCode> StatusAsync()
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
