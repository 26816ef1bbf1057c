using System.CommandLine;
using Kubernetes.Client.Serialization;

namespace Todo.Kubectl.Commands;

/// <summary>What several verbs take.</summary>
internal static class Arguments
{
    public static Option<string?> Namespace { get; } = new("--namespace", "-n") { Description = "Namespace; default: the context's.", Recursive = true };

    public static Option<string?> Context { get; } = new("--context") { Description = "Context of the kubeconfig; default: its current one.", Recursive = true };

    public static Option<string?> Kubeconfig { get; } = new("--kubeconfig") { Description = "The kubeconfig; default: KUBECONFIG, then ~/.kube/config.", Recursive = true };

    public static Argument<string?> Name() => new("NAME") { Arity = ArgumentArity.ZeroOrOne, Description = "The TodoPlatform." };

    public static Option<TimeSpan?> Timeout(TimeSpan? otherwise) => new("--timeout")
    {
        Description = "How long to wait, for example 30s or 5m.",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DurationConverter.TryParse(text, out var time) && time > TimeSpan.Zero && time <= TimeSpan.FromDays(30))
            {
                return time;
            }

            result.AddError($"--timeout: '{text}' is not a time like 30s, 5m or 1h30m, of 30 days at most.");
            return null;
        },
    };
}
