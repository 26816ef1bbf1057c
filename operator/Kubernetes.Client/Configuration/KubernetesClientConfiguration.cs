using System.Security.Cryptography.X509Certificates;

namespace Kubernetes.Client.Configuration;

/// <summary>Where the API server is and how to log in.</summary>
public sealed record KubernetesClientConfiguration
{
    private const string ServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Address of the API server; may have a path.</summary>
    public required Uri Server { get; init; }

    /// <summary>Namespace to work in when none is given.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Certificates that the server's must lead to; null: those that the system trusts.</summary>
    public X509Certificate2Collection? CertificateAuthorities { get; init; }

    /// <summary>Accepts any server certificate. Only for development.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>The name to expect in the server's certificate; null: the host of <see cref="Server"/>.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Certificate to log in with.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Token to log in with.</summary>
    public ITokenSource? Token { get; init; }

    /// <summary>Finds the configuration as kubectl does: <c>KUBECONFIG</c>, then (before the home file, as client-go) the pod's service account, then
    /// <c>~/.kube/config</c>.</summary>
    /// <exception cref="KubernetesConfigurationException">There is none, or it is wrong.</exception>
    public static KubernetesClientConfiguration BuildDefault(TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var variable = Environment.GetEnvironmentVariable("KUBECONFIG");
        if (!string.IsNullOrWhiteSpace(variable))
        {
            return FromKubeconfig(variable.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), time: time);
        }

        if (IsInCluster())
        {
            return InCluster(time);
        }

        var home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        return File.Exists(home)
            ? FromKubeconfig([home], time: time)
            : throw new KubernetesConfigurationException($"No cluster is configured: KUBECONFIG is not set, this is not a pod, and {home} does not exist.");
    }

    /// <summary>Reads kubeconfig files; the first to define something wins.</summary>
    /// <param name="paths">The files; missing ones are skipped as long as one exists.</param>
    /// <param name="context">The context; null: the current one.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="KubernetesConfigurationException">They are wrong; the message says where.</exception>
    public static KubernetesClientConfiguration FromKubeconfig(IReadOnlyList<string> paths, string? context = null, TimeProvider? time = null)
    {
        var existing = paths.Where(File.Exists).ToList();
        return existing.Count == 0
            ? throw new KubernetesConfigurationException($"KUBECONFIG: {string.Join(", ", paths)} does not exist.")
            : new KubeconfigResolver(existing.ConvertAll(KubeconfigFile.Load), time ?? TimeProvider.System).Resolve(context);
    }

    /// <summary>The service account of the pod that this runs in.</summary>
    /// <exception cref="KubernetesConfigurationException">This is not a pod.</exception>
    public static KubernetesClientConfiguration InCluster(TimeProvider? time = null)
    {
        if (!IsInCluster())
        {
            throw new KubernetesConfigurationException(
                $"This is not a pod: KUBERNETES_SERVICE_HOST or {ServiceAccountFolder}/token is missing (automountServiceAccountToken?).");
        }

        var host = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST")!;
        var port = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT") ?? "443";
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(Path.Combine(ServiceAccountFolder, "ca.crt"));
        var namespaceFile = Path.Combine(ServiceAccountFolder, "namespace");
        return new KubernetesClientConfiguration
        {
            Server = new UriBuilder("https", host.Trim('[', ']'), int.Parse(port, System.Globalization.CultureInfo.InvariantCulture)).Uri,
            Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : "default",
            CertificateAuthorities = authorities,
            Token = new FileTokenSource(Path.Combine(ServiceAccountFolder, "token"), time ?? TimeProvider.System),
        };
    }

    private static bool IsInCluster() =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST")) && File.Exists(Path.Combine(ServiceAccountFolder, "token"));
}
