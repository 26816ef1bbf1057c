using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Kubernetes.Client.Configuration;

/// <summary>One kubeconfig file as it is written. Source: the Kubernetes reference, kubeconfig (v1).</summary>
internal sealed class KubeconfigFile
{
    public string? CurrentContext { get; set; }

    public List<Named<ContextEntry>> Contexts { get; set; } = [];

    public List<Named<ClusterEntry>> Clusters { get; set; } = [];

    public List<Named<UserEntry>> Users { get; set; } = [];

    /// <summary>Where the file is: its relative paths start there.</summary>
    [YamlIgnore]
    public string Location { get; set; } = "";

    public static KubeconfigFile Load(string path)
    {
        try
        {
            var yaml = new DeserializerBuilder().WithNamingConvention(HyphenatedNamingConvention.Instance).IgnoreUnmatchedProperties().Build();
            var file = yaml.Deserialize<KubeconfigFile?>(File.ReadAllText(path)) ?? new KubeconfigFile();
            file.Location = Path.GetFullPath(path);
            foreach (var entry in file.Clusters)
            {
                entry.File = file;
            }

            foreach (var entry in file.Users)
            {
                entry.File = file;
            }

            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesConfigurationException($"{path} cannot be read.", e);
        }
        catch (YamlException e)
        {
            throw new KubernetesConfigurationException($"{path} is not a kubeconfig: line {e.Start.Line}.", e);
        }
    }

    internal sealed class Named<T> where T : class
    {
        public string Name { get; set; } = "";

        public T? Cluster { get; set; }

        public T? User { get; set; }

        public T? Context { get; set; }

        [YamlIgnore]
        public KubeconfigFile? File { get; set; }

        [YamlIgnore]
        public T? Value => Cluster ?? User ?? Context;
    }

    internal sealed class ContextEntry
    {
        public string? Cluster { get; set; }

        public string? User { get; set; }

        public string? Namespace { get; set; }
    }

    internal sealed class ClusterEntry
    {
        public string? Server { get; set; }

        public string? CertificateAuthority { get; set; }

        public string? CertificateAuthorityData { get; set; }

        public bool InsecureSkipTlsVerify { get; set; }

        public string? TlsServerName { get; set; }
    }

    internal sealed class UserEntry
    {
        public string? ClientCertificate { get; set; }

        public string? ClientCertificateData { get; set; }

        public string? ClientKey { get; set; }

        public string? ClientKeyData { get; set; }

        public string? Token { get; set; }

        [YamlMember(Alias = "tokenFile", ApplyNamingConventions = false)]
        public string? TokenFile { get; set; }

        public ExecEntry? Exec { get; set; }
    }

    internal sealed class ExecEntry
    {
        public string? Command { get; set; }

        public List<string>? Args { get; set; }

        public List<EnvEntry>? Env { get; set; }

        [YamlMember(Alias = "apiVersion", ApplyNamingConventions = false)]
        public string? ApiVersion { get; set; }

        [YamlMember(Alias = "installHint", ApplyNamingConventions = false)]
        public string? InstallHint { get; set; }

        [YamlMember(Alias = "provideClusterInfo", ApplyNamingConventions = false)]
        public bool ProvideClusterInfo { get; set; }

        [YamlMember(Alias = "interactiveMode", ApplyNamingConventions = false)]
        public string? InteractiveMode { get; set; }
    }

    internal sealed class EnvEntry
    {
        public string Name { get; set; } = "";

        public string Value { get; set; } = "";
    }
}
