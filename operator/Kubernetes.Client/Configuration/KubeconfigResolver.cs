using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Kubernetes.Client.Configuration;

/// <summary>Picks one context out of kubeconfig files.</summary>
internal sealed class KubeconfigResolver(IReadOnlyList<KubeconfigFile> files, TimeProvider time)
{
    public KubernetesClientConfiguration Resolve(string? contextName)
    {
        contextName ??= files.Select(static f => f.CurrentContext).FirstOrDefault(static c => !string.IsNullOrEmpty(c))
            ?? throw Wrong("has no current-context");
        var context = Find(static f => f.Contexts, contextName, "context");
        var clusterName = context.Value?.Cluster ?? throw Wrong($"context \"{contextName}\" names no cluster");
        var cluster = Find(static f => f.Clusters, clusterName, "cluster");
        var entry = cluster.Value ?? new KubeconfigFile.ClusterEntry();
        if (!Uri.TryCreate(entry.Server, UriKind.Absolute, out var server))
        {
            throw Wrong($"cluster \"{clusterName}\" has no usable server address (\"{entry.Server}\")");
        }

        var configuration = new KubernetesClientConfiguration
        {
            Server = server,
            Namespace = context.Value.Namespace is { Length: > 0 } ns ? ns : "default",
            SkipTlsVerify = entry.InsecureSkipTlsVerify,
            TlsServerName = entry.TlsServerName,
            CertificateAuthorities = Authorities(cluster, entry),
        };
        return context.Value.User is { Length: > 0 } user ? WithUser(configuration, Find(static f => f.Users, user, "user")) : configuration;
    }

    private KubernetesClientConfiguration WithUser(
        KubernetesClientConfiguration configuration, KubeconfigFile.Named<KubeconfigFile.UserEntry> named)
    {
        var user = named.Value ?? new KubeconfigFile.UserEntry();
        ITokenSource? token = user switch
        {
            { Token.Length: > 0 } => new StaticTokenSource(user.Token),
            { TokenFile.Length: > 0 } => new FileTokenSource(InFolder(named.File, user.TokenFile), time),
            { Exec: { } exec } => new ExecTokenSource(Command(configuration, named, exec), time),
            _ => null,
        };
        return configuration with { Token = token, ClientCertificate = Certificate(named, user) };
    }

    private ExecCommand Command(
        KubernetesClientConfiguration configuration, KubeconfigFile.Named<KubeconfigFile.UserEntry> named, KubeconfigFile.ExecEntry exec)
    {
        if (exec is not { Command.Length: > 0, ApiVersion.Length: > 0 })
        {
            throw Wrong($"exec of user \"{named.Name}\" needs command and apiVersion");
        }

        if (exec.InteractiveMode == "Always")
        {
            throw Wrong($"exec of user \"{named.Name}\" wants to ask somebody (interactiveMode: Always), and nobody is there");
        }

        var authorities = configuration.CertificateAuthorities?.ExportCertificatePems();
        return new ExecCommand
        {
            // A name is looked for on PATH; a path is relative to the kubeconfig.
            Command = exec.Command.Contains(Path.DirectorySeparatorChar) ? InFolder(named.File, exec.Command) : exec.Command,
            Arguments = exec.Args ?? [],
            Environment = (exec.Env ?? []).ToDictionary(e => e.Name, e => e.Value, StringComparer.Ordinal),
            ApiVersion = exec.ApiVersion,
            InstallHint = exec.InstallHint,
            Cluster = exec.ProvideClusterInfo
                ? new ExecCluster(
                    configuration.Server,
                    configuration.TlsServerName,
                    configuration.SkipTlsVerify,
                    authorities is null ? null : Convert.ToBase64String(Encoding.ASCII.GetBytes(authorities)))
                : null,
        };
    }

    private X509Certificate2Collection? Authorities(KubeconfigFile.Named<KubeconfigFile.ClusterEntry> named, KubeconfigFile.ClusterEntry cluster)
    {
        var pem = Pem(named.File, cluster.CertificateAuthorityData, cluster.CertificateAuthority, $"certificate-authority of cluster \"{named.Name}\"");
        if (pem is null)
        {
            return null;
        }

        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(pem);
            return authorities;
        }
        catch (CryptographicException e)
        {
            throw Wrong($"certificate-authority of cluster \"{named.Name}\" is not a certificate", e);
        }
    }

    private X509Certificate2? Certificate(KubeconfigFile.Named<KubeconfigFile.UserEntry> named, KubeconfigFile.UserEntry user)
    {
        var certificate = Pem(named.File, user.ClientCertificateData, user.ClientCertificate, $"client-certificate of user \"{named.Name}\"");
        var key = Pem(named.File, user.ClientKeyData, user.ClientKey, $"client-key of user \"{named.Name}\"");
        if (certificate is null && key is null)
        {
            return null;
        }

        if (certificate is null || key is null)
        {
            throw Wrong($"user \"{named.Name}\" needs both client-certificate and client-key");
        }

        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (CryptographicException e)
        {
            throw Wrong($"client-certificate and client-key of user \"{named.Name}\" do not fit together", e);
        }
    }

    private string? Pem(KubeconfigFile? file, string? data, string? path, string what)
    {
        try
        {
            return data is { Length: > 0 } ? Encoding.UTF8.GetString(Convert.FromBase64String(data))
                : path is { Length: > 0 } ? File.ReadAllText(InFolder(file, path))
                : null;
        }
        catch (FormatException e)
        {
            throw Wrong($"{what} is not base64", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"{what}: {path} cannot be read", e);
        }
    }

    private KubeconfigFile.Named<T> Find<T>(Func<KubeconfigFile, List<KubeconfigFile.Named<T>>> list, string name, string what) where T : class =>
        files.SelectMany(list).FirstOrDefault(e => e.Name == name) ?? throw Wrong($"has no {what} \"{name}\"");

    private KubernetesConfigurationException Wrong(string what, Exception? inner = null) =>
        new($"kubeconfig {string.Join(", ", files.Select(static f => f.Location))}: {what}.", inner);

    private static string InFolder(KubeconfigFile? file, string path) =>
        Path.IsPathRooted(path) || file is null ? path : Path.Combine(Path.GetDirectoryName(file.Location) ?? "", path);
}
