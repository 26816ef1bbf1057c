using System.Security.Cryptography;
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
    public static KubernetesClientConfiguration InCluster(TimeProvider? time = null) =>
        InCluster(
            ServiceAccountFolder,
            Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"),
            Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT"),
            time ?? TimeProvider.System);

    internal static KubernetesClientConfiguration InCluster(string folder, string? host, string? port, TimeProvider time)
    {
        var token = Path.Combine(folder, "token");
        if (string.IsNullOrEmpty(host) || !File.Exists(token))
        {
            throw new KubernetesConfigurationException(
                $"This is not a pod: KUBERNETES_SERVICE_HOST or {token} is missing (automountServiceAccountToken?).");
        }

        if (!Uri.TryCreate($"https://{(host.Contains(':') ? $"[{host.Trim('[', ']')}]" : host)}:{port ?? "443"}", UriKind.Absolute, out var server))
        {
            throw new KubernetesConfigurationException($"KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT give no address: {host}, {port}.");
        }

        var namespaceFile = Path.Combine(folder, "namespace");
        return new KubernetesClientConfiguration
        {
            Server = server,
            Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : "default",
            CertificateAuthorities = ReadAuthorities(Path.Combine(folder, "ca.crt")),

            // The kubelet renews the file before the token in it ends.
            Token = new FileTokenSource(token, time),
        };
    }

    private static X509Certificate2Collection ReadAuthorities(string path)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(path);
            return authorities;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new KubernetesConfigurationException($"{path} is not the certificate of an authority: {e.Message}", e);
        }
    }

    private static bool IsInCluster() =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST")) && File.Exists(Path.Combine(ServiceAccountFolder, "token"));
}
