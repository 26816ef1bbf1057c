using System.CommandLine;
using Kubernetes.Client.Entities;
using Todo.Kubectl.Access;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Commands;

/// <summary><c>version</c>: of the plugin, and of the resource that it understands. Asks no server.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Verb("version", "The version of this plugin and of the resource that it understands. Asks no server.", "");
        command.SetAction(_ => Console.WriteLine($"kubectl-todoplatform {Connection.Version} ({KubernetesEntityDefinition.Of<V1Alpha1TodoPlatform>().ApiVersion})"));
        return command;
    }
}
