using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Dependencies;
using LocalCluster.Node.Processes;
using Npgsql;
using Todo.Load;
using Todo.Load.Accounting;

namespace LocalCluster.Hosting.Todo;

/// <summary>A local cluster with the product on it: PostgreSQL, brokers, Kubernetes, the four services on direct Kafka, the operator.</summary>
public sealed class TodoCluster : IAsyncDisposable
{
    /// <summary>Name of the sample's TodoPlatform.</summary>
    public const string Platform = "todo";

    /// <summary>Where the services and the TodoPlatform live.</summary>
    public const string Namespace = "default";

    private const string OperatorNamespace = "todoplatform-system";
    private const int ManagementPort = 8090;
    private const string Database = "todo";

    private readonly ClusterOptions _options;
    private readonly Checkout _checkout = Checkout.Find();
    private readonly HttpClient _http = new();
    private readonly Stack<IAsyncDisposable> _started = new();
    private DataFolder? _data;

    private TodoCluster(ClusterOptions options) => _options = options;

    public Backends Backends { get; private set; } = null!;

    public Kubernetes Kubernetes { get; private set; } = null!;

    public Kubectl Kubectl { get; private set; } = null!;

    public ClusterAddresses Addresses => _options.Addresses;

    /// <summary>Npgsql connection string of the services' database.</summary>
    public string ConnectionString => Backends.PostgreSql.ConnectionString(Database);

    /// <summary>Where the backend's Service listens.</summary>
    public Uri Backend { get; private set; } = null!;

    private IClusterApi Api => Kubernetes.Server.Api;

    /// <summary>Starts everything and waits until it is ready. A failure stops what was started.</summary>
    public static async Task<TodoCluster> StartAsync(ClusterOptions options, IStepReporter reporter, CancellationToken cancellationToken)
    {
        var cluster = new TodoCluster(options);
        try
        {
            await cluster.StartAllAsync(reporter, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Applies a sample, asking for a destination of one's own.</summary>
    public async Task ApplySampleAsync(Destination destination, CancellationToken cancellationToken, string sample = "todoplatform.yaml")
    {
        var manifest = _options.Rewrite(await File.ReadAllTextAsync(_checkout.PathOf($"samples/{sample}"), cancellationToken));
        await Kubectl.RunAsync(manifest, cancellationToken, "apply", "-f", "-");
        await Kubectl.RunAsync(cancellationToken, "patch", "todoplatform", Platform, "--type", "merge", "--patch", destination.Patch);
    }

    /// <summary>Applies a kustomization of the checkout.</summary>
    /// <param name="kustomization">Its folder, e.g. <c>config/services</c>.</param>
    public async Task ApplyAsync(string kustomization, CancellationToken cancellationToken) =>
        await Kubectl.RunAsync(await RenderAsync(kustomization, cancellationToken), cancellationToken, "apply", "-f", "-");

    /// <summary>The manifests of a kustomization, as they fit this cluster.</summary>
    public async Task<string> RenderAsync(string kustomization, CancellationToken cancellationToken) =>
        _options.Rewrite(await Kubectl.RunAsync(cancellationToken, "kustomize", _checkout.PathOf(kustomization)));

    /// <summary>Asks a ready backend pod for the ledger.</summary>
    public async Task<LedgerReading> ReadLedgerAsync(TimeSpan window, CancellationToken cancellationToken)
    {
        using var ledger = await ReadManagementAsync($"/internal/ledger?window={Math.Max(1, (int)window.TotalSeconds)}", cancellationToken);
        return LedgerReading.Of(ledger.RootElement);
    }

    /// <summary>Asks the management port of a ready backend pod.</summary>
    /// <param name="path">With its query, e.g. <c>/internal/dead?limit=10</c>.</param>
    public async Task<JsonDocument> ReadManagementAsync(string path, CancellationToken cancellationToken)
    {
        var address = Api.List(ResourceTypes.Pods, Namespace).Items
            .Where(p => p["metadata"]!["name"]!.GetValue<string>().StartsWith("backend-", StringComparison.Ordinal) && PodFacts.IsReady(p))
            .Select(p => p["status"]?["podIP"]?.GetValue<string>()).FirstOrDefault(ip => ip is not null)
            ?? throw new ClusterException("No backend pod is ready.");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{address}:{ManagementPort}{path}"));
        request.Headers.Add("X-Todo-Token", SecretValue("todo-management", "token"));
        using var response = await _http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
    }

    /// <summary>Starts a steady load with a journal of its own.</summary>
    /// <param name="name">Of the journal's file.</param>
    /// <param name="rate">Operations a second.</param>
    /// <param name="repeatFor">How long a change that may or may not have happened is sent again with its Idempotency-Key.</param>
    /// <param name="change">What else is to be different from the usual load.</param>
    public LoadSession StartLoad(string name, int rate, TimeSpan repeatFor = default, Func<LoadOptions, LoadOptions>? change = null)
    {
        var options = new LoadOptions
        {
            Backend = Backend,
            JwtSecret = SecretValue("todo-app-secrets", "BETTER_AUTH_SECRET"),
            Journal = Path.Combine(_data!.Sub("journals"), $"{name}.jsonl"),
            Rate = rate,
            RepeatFor = repeatFor,
        };
        return new LoadSession(change?.Invoke(options) ?? options);
    }

    /// <summary>Compares a stopped load's journal with the world, once effects have settled or <paramref name="deadline"/> is over.</summary>
    public Task<AccountReport> AccountAsync(LoadSession load, TimeSpan deadline, CancellationToken cancellationToken) =>
        new Account(new AccountOptions
        {
            Journal = load.Options.Journal,
            Database = ConnectionString,
            Mails = new Uri($"http://{Addresses.Mails}/mails"),
            Deadline = deadline,
        }).RunAsync(cancellationToken);

    /// <summary>Follows the TodoPlatform until <paramref name="isOver"/>; the last line it showed is in the message when time is up.</summary>
    public async Task WatchPlatformAsync(string what, Func<PlatformView, bool> isOver, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var last = "no status yet";
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(deadline);
        try
        {
            await foreach (var change in Api.WatchAsync(PlatformView.Type, Namespace, 0, limited.Token))
            {
                if (change.Type == ObjectEventType.Deleted || change.Object["metadata"]!["name"]!.GetValue<string>() != Platform)
                {
                    continue;
                }

                var view = new PlatformView(change.Object);
                last = view.Line;
                if (isOver(view))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ClusterException($"{what} was not there after {deadline.TotalSeconds:0} s. Last: {last}");
        }
    }

    /// <summary>Names of the pods of one Deployment that are not on their way out.</summary>
    public IReadOnlyList<string> PodsOf(string deployment, string ns = Namespace) =>
        Api.List(ResourceTypes.Pods, ns).Items
            .Where(p => p["metadata"]?["deletionTimestamp"] is null)
            .Select(p => p["metadata"]!["name"]!.GetValue<string>())
            .Where(name => name.StartsWith(deployment + "-", StringComparison.Ordinal)).ToList();

    /// <summary>kill -9 of a container's process.</summary>
    public void Kill(string deployment, string container, string ns = Namespace)
    {
        var pod = PodsOf(deployment, ns) is [var first, ..] ? first : throw new ClusterException($"{deployment} has no pod.");
        if (!Kubernetes.Node.Send(ns, pod, container, Signal.Kill))
        {
            throw new ClusterException($"{pod} runs no container {container}.");
        }
    }

    /// <summary>kill -9 of the operator.</summary>
    public void KillOperator() => Kill("todo-operator", "operator", OperatorNamespace);

    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        _http.Dispose();
        _data?.Dispose();
    }

    private async Task StartAllAsync(IStepReporter reporter, CancellationToken cancellationToken)
    {
        await reporter.StepAsync("prerequisites", async () =>
        {
            Prerequisites.CheckPrograms();
            await Prerequisites.CheckKubectlAsync(cancellationToken);
            Addresses.CheckFree(exceptKafka: _options.KafkaBootstrap is not null);
            _data = DataFolder.Open(_options.DataFolder, _options.KeepData);
            return $"all there; data in {_options.DataFolder}";
        });
        Backends = await Backends.StartAsync(_options, _data!, _checkout, reporter, cancellationToken);
        _started.Push(Backends);
        await CreateDatabaseAsync(cancellationToken);
        Kubectl = new Kubectl(_options.Kubeconfig, _data!.Sub("kubectl"));
        await reporter.StepAsync("Kubernetes", async () =>
        {
            Kubernetes = await Kubernetes.StartAsync(_options, _data!, _checkout, ProductImages.From(_checkout), cancellationToken);
            _started.Push(Kubernetes);
            return $"{Kubernetes.Server.Uri}, kubeconfig {_options.Kubeconfig}";
        });
        await reporter.StepAsync("resource definitions", async () =>
        {
            await Kubectl.RunAsync(cancellationToken, "apply", "-k", _checkout.PathOf("config/dapr-crds"));
            await Kubectl.RunAsync(cancellationToken, "apply", "-k", _checkout.PathOf("crds"));
            return "Dapr's and TodoPlatform";
        });
        DaprControlPlane.Install(Api);
        Kubernetes.Node.Injector.IsReachable = () => DaprControlPlane.IsInjectorReady(Api);
        await reporter.StepAsync("services", async () =>
        {
            await ApplyAsync("config/services", cancellationToken);
            await RolledOutAsync(Namespace, cancellationToken, "backend", "notification-service", "email-delivery", "recurring-service");
            Backend = BackendAddress();
            return $"backend on {Backend}";
        });
        await reporter.StepAsync("Dapr control plane", async () =>
        {
            await RolledOutAsync(DaprControlPlane.Namespace, cancellationToken, [.. DaprControlPlane.Names]);
            return $"stand-ins in namespace {DaprControlPlane.Namespace}";
        });
        await reporter.StepAsync("operator", async () =>
        {
            await ApplyAsync("config/default", cancellationToken);
            await RolledOutAsync(OperatorNamespace, cancellationToken, "todo-operator");
            return $"namespace {OperatorNamespace}";
        });
    }

    private string SecretValue(string name, string key)
    {
        var secret = Api.Get(ResourceTypes.Secrets, Namespace, name) ?? throw new ClusterException($"Secret {name} is missing.");
        return Encoding.UTF8.GetString(Convert.FromBase64String(secret["data"]![key]!.GetValue<string>()));
    }

    private async Task RolledOutAsync(string ns, CancellationToken cancellationToken, params string[] deployments)
    {
        foreach (var deployment in deployments)
        {
            var (code, output, error) = await Kubectl.TryAsync(
                null, cancellationToken, "rollout", "status", $"deployment/{deployment}", "--namespace", ns, "--timeout", "90s");
            if (code != 0)
            {
                var (_, logs, _) = await Kubectl.TryAsync(null, cancellationToken, "logs", $"deployment/{deployment}", "--namespace", ns, "--tail", "20");
                throw new ClusterException($"{deployment} did not start: {output.Trim()} {error.Trim()}{Environment.NewLine}{logs}");
            }
        }
    }

    private Uri BackendAddress()
    {
        var service = Api.Get(ResourceTypes.Services, Namespace, "backend") ?? throw new ClusterException("Service backend is missing.");
        return new Uri($"http://{service["spec"]!["clusterIP"]}:{service["spec"]!["ports"]![0]!["port"]}");
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Backends.PostgreSql.ConnectionString("postgres"));
        await connection.OpenAsync(cancellationToken);
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = Database } } };
        if (await exists.ExecuteScalarAsync(cancellationToken) is null)
        {
            await using var create = new NpgsqlCommand($"create database {Database}", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}

/// <summary>Readings of a pod's status.</summary>
internal static class PodFacts
{
    public static bool IsReady(JsonObject pod) =>
        pod["metadata"]?["deletionTimestamp"] is null
        && pod["status"]?["conditions"]?.AsArray().Any(c => c?["type"]?.GetValue<string>() == "Ready" && c["status"]?.GetValue<string>() == "True") == true;
}
