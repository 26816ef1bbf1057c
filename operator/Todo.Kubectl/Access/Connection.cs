using System.Reflection;
using Kubernetes.Client;
using Kubernetes.Client.Configuration;

namespace Todo.Kubectl.Access;

/// <summary>Connects as kubectl would.</summary>
internal static class Connection
{
    /// <summary>Version of this plugin.</summary>
    public static string Version { get; } = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>A client for the cluster that the options and the environment name. A person waits for the answer, so it gives up sooner than the operator does.</summary>
    /// <exception cref="KubernetesConfigurationException">There is none, or it is wrong.</exception>
    public static KubernetesClient Open(string? kubeconfig, string? context) => new(
        Find(kubeconfig, context),
        new KubernetesClientOptions { UserAgent = $"kubectl-todoplatform/{Version}", RequestTimeout = TimeSpan.FromSeconds(15), MaxRetries = 2 });

    private static KubernetesClientConfiguration Find(string? kubeconfig, string? context)
    {
        if (kubeconfig is not null)
        {
            return File.Exists(kubeconfig)
                ? KubernetesClientConfiguration.FromKubeconfig([kubeconfig], context)
                : throw new KubernetesConfigurationException($"--kubeconfig: {kubeconfig} does not exist.");
        }

        if (context is null)
        {
            return KubernetesClientConfiguration.BuildDefault();
        }

        var variable = Environment.GetEnvironmentVariable("KUBECONFIG");
        var paths = string.IsNullOrWhiteSpace(variable)
            ? [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config")]
            : variable.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return KubernetesClientConfiguration.FromKubeconfig(paths, context);
    }
}
