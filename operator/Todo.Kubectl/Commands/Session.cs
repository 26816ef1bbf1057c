using System.CommandLine;
using Kubernetes.Client.Configuration;
using Todo.Kubectl.Access;
using Todo.Kubectl.Views;

namespace Todo.Kubectl.Commands;

/// <summary>What a verb works with: the platforms and the screen.</summary>
internal sealed class Session(Platforms platforms, string ns, Screen screen, TimeProvider time)
{
    public Platforms Platforms { get; } = platforms;

    public string Namespace { get; } = ns;

    public Screen Screen { get; } = screen;

    public DateTimeOffset Now => Time.GetUtcNow();

    public TimeProvider Time { get; } = time;

    /// <summary>Runs a verb; an expected failure is one line on standard error and its exit code.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, Func<Session, Task<int>> verb, CancellationToken cancellationToken)
    {
        try
        {
            using var client = Connection.Open(parsed.GetValue(Arguments.Kubeconfig), parsed.GetValue(Arguments.Context));
            var ns = parsed.GetValue(Arguments.Namespace) ?? client.Namespace;
            return await verb(new Session(new Platforms(client, ns, TimeProvider.System), ns, Screen.OfThisProcess(), TimeProvider.System));
        }
        catch (PluginException e)
        {
            Complain(e.Message);
            return e.ExitCode;
        }
        catch (KubernetesConfigurationException e)
        {
            Complain(e.Message);
            return ExitCodes.NotReached;
        }
        catch (Kubernetes.Client.Errors.KubernetesException e)
        {
            Complain(e.Message);
            return ExitCodes.NotReached;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>What keeps somebody from what was asked.</summary>
    public static void Complain(string message) => Console.Error.WriteLine($"error: {Screen.Clean(message)}");
}
