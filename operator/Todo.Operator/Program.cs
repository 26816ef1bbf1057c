using Kubernetes.Client.Configuration;
using Kubernetes.Operator.Manifests;
using Todo.Operator.Hosting;
using Todo.Operator.Resource;

const int Usage = 64;
const int Misconfigured = 78;

if (ManifestCommand.TryRun(args, typeof(V1Alpha1TodoPlatform).Assembly, Console.Out))
{
    return 0;
}

switch (args)
{
    case [] or ["run"]:
        try
        {
            await using var app = OperatorApplication.Build(OperatorSettings.Read(Environment.GetEnvironmentVariable));
            await app.RunAsync();
            return Environment.ExitCode;
        }
        catch (SettingsException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Misconfigured;
        }
        catch (KubernetesConfigurationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Misconfigured;
        }

    case ["--help" or "-h" or "help"]:
        Console.WriteLine(
            $"""
            todo-operator: moves the services of a TodoPlatform between direct Kafka and Dapr, and between brokers.

              run          watch and act (default)
              crd          write the CustomResourceDefinition
              rbac NAME    write the ClusterRole that the operator needs

            Environment:
            {OperatorSettings.Help}
            """);
        return 0;
    default:
        await Console.Error.WriteLineAsync($"Unknown command \"{string.Join(' ', args)}\". See --help.");
        return Usage;
}
