using Kubernetes.Client;
using Kubernetes.Client.Discovery;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Access;

/// <summary>Says what a failed request means to the person who asked.</summary>
internal sealed class Explainer(IKubernetesClient client, string ns)
{
    private static readonly KubernetesEntityDefinition Resource = KubernetesEntityDefinition.Of<V1Alpha1TodoPlatform>();

    /// <summary>The same failure with what is missing.</summary>
    public async Task<PluginException> ExplainAsync(KubernetesException failure, string verb, CancellationToken cancellationToken) => failure.Error switch
    {
        KubernetesError.NotFound => await MissingAsync(null, cancellationToken),
        KubernetesError.Forbidden => new($"The right to {verb} {Resource.QualifiedName} in namespace {ns} is missing. The server says: {failure.Message}", ExitCodes.NotReached, failure),
        KubernetesError.Unauthorized => new($"The server does not accept this login: {failure.Message}", ExitCodes.NotReached, failure),
        KubernetesError.Invalid => new($"The server refuses the change: {failure.Message}", ExitCodes.No, failure),
        KubernetesError.Conflict => new("The TodoPlatform was changed by somebody else meanwhile; nothing was done. Look at it, and run this again.", ExitCodes.No, failure),
        _ => new(failure.Message, ExitCodes.NotReached, failure),
    };

    /// <summary>There is no such object; or, which the server's 404 does not tell apart, no such resource at all.</summary>
    public async Task<PluginException> MissingAsync(string? name, CancellationToken cancellationToken)
    {
        var served = await client.GetResourcesAsync(Resource.ApiVersion, cancellationToken);
        return served?.Resources?.Any(r => r.Name == Resource.Plural) == true
            ? new PluginException($"There is no TodoPlatform {(name is null ? "of that name" : $"\"{name}\"")} in namespace {ns}.", ExitCodes.NotReached)
            : new PluginException(
                $"This cluster does not know {Resource.QualifiedName}/{Resource.Version}: kubectl apply -f crds/platform.todo.io_todoplatforms.yaml installs it.", ExitCodes.NotReached);
    }
}
