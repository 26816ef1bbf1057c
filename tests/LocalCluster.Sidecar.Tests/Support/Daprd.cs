using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace LocalCluster.Sidecar.Tests.Support;

/// <summary>A sidecar process with its resource folder. <c>DAPRD_PATH</c> puts the real daprd in its place.</summary>
internal sealed class Daprd : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly string _folder;
    private readonly List<string> _arguments;
    private readonly Dictionary<string, string> _environment = [];
    private ChildProcess? _process;

    public Daprd(string appId, TestApp? app = null, params string[] arguments)
    {
        AppId = appId;
        Address = app?.Address ?? Brokers.NextAddress();
        _folder = Directory.CreateTempSubdirectory("sidecar-resources-").FullName;
        _arguments =
        [
            "--app-id", appId,
            "--dapr-listen-addresses", Address, "--dapr-http-port", "3500", "--dapr-grpc-port", "50001", "--dapr-internal-grpc-port", "50002",
            "--dapr-internal-grpc-listen-address", Address,
            "--dapr-public-port", "3501", "--dapr-public-listen-address", Address,
            "--metrics-port", "9090", "--metrics-listen-address", Address,
            "--resources-path", _folder, "--log-level", "info",
            .. arguments,
        ];
        if (app is not null)
        {
            _arguments.AddRange(["--app-port", TestApp.Port.ToString(CultureInfo.InvariantCulture), "--app-protocol", "http", "--app-channel-address", app.Address]);
        }
    }

    /// <summary>Whether the local sidecar is tested, and not the real one.</summary>
    public static bool IsOurs => Environment.GetEnvironmentVariable("DAPRD_PATH") is null;

    public static string Program => Environment.GetEnvironmentVariable("DAPRD_PATH") ?? Path.Combine(AppContext.BaseDirectory, "LocalCluster.Sidecar");

    public string AppId { get; }

    public string Address { get; }

    public ChildProcess Process => _process ?? throw new InvalidOperationException("not started");

    public string Api => $"http://{Address}:3500";

    public string Public => $"http://{Address}:3501";

    public HttpClient Http => _http;

    public Daprd With(string variable, string value)
    {
        _environment[variable] = value;
        return this;
    }

    /// <summary>Writes a resource as the node does: under a temporary name, then renamed.</summary>
    public Daprd Put(string file, string yaml)
    {
        var path = Path.Combine(_folder, file + ".yaml");
        File.WriteAllText(path + ".tmp", yaml);
        File.Move(path + ".tmp", path, overwrite: true);
        return this;
    }

    public void Remove(string file) => File.Delete(Path.Combine(_folder, file + ".yaml"));

    /// <summary>Starts and waits for the API, and for the app's port when there is an app.</summary>
    public async Task<Daprd> StartAsync()
    {
        Launch();
        await Eventually.IsTrueAsync(() => HealthyAsync($"{Public}/v1.0/healthz"), $"{AppId} is ready:\n{Process.Output}", TimeSpan.FromSeconds(90));
        return this;
    }

    public void Launch()
    {
        _process?.Dispose();
        _process = new ChildProcess(Program, _arguments, _environment);
    }

    public async Task<bool> HealthyAsync(string address)
    {
        Assert.False(Process.HasExited, Process.Output);
        try
        {
            using var response = await _http.GetAsync(address);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task<HttpStatusCode> PublishAsync(string pubsub, string topic, string json, string query = "", string contentType = "application/json")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await _http.PostAsync($"{Api}/v1.0/publish/{pubsub}/{topic}{query}", content);
        return response.StatusCode;
    }

    public async Task PublishNumberAsync(string pubsub, string topic, int number, string query = "") =>
        Assert.Equal(HttpStatusCode.NoContent, await PublishAsync(pubsub, topic, $$"""{"n":{{number}}}""", query));

    public async Task<JsonNode> MetadataAsync() => JsonNode.Parse(await _http.GetStringAsync($"{Public}/v1.0/metadata"))!;

    public async Task<IReadOnlyList<string>> LoadedAsync() =>
        [.. (await ListedAsync("components")).Select(component => component["name"]!.GetValue<string>())];

    /// <summary>A list of the metadata. One without items is not there at all.</summary>
    public async Task<IReadOnlyList<JsonNode>> ListedAsync(string list) => [.. (await MetadataAsync())[list]?.AsArray().Select(item => item!) ?? []];

    public async Task<string> MetricsAsync() => await _http.GetStringAsync($"http://{Address}:9090/metrics");

    /// <summary>The value of the first series whose line contains all of <paramref name="parts"/>; 0 when there is none.</summary>
    public async Task<double> MetricAsync(params string[] parts)
    {
        var line = (await MetricsAsync()).Split('\n').FirstOrDefault(text => !text.StartsWith('#') && parts.All(part => text.Contains(part, StringComparison.Ordinal)));
        return line is null ? 0 : double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public Task<int> StopAsync()
    {
        Process.Terminate();
        return Process.ExitAsync();
    }

    public ValueTask DisposeAsync()
    {
        // Shown when the test has failed.
        TestContext.Current.TestOutputHelper?.WriteLine(_process?.Output ?? "");
        _process?.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
