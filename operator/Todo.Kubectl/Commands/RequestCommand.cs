using System.CommandLine;
using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Serialization;
using Todo.Operator.Decisions.Requests;
using Todo.Operator.Observation;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Commands;

/// <summary><c>abort</c>, <c>rollback</c>, <c>retry</c>, <c>promote</c> and <c>replay-dead</c>: an annotation with a token of its own, and what became of it.</summary>
internal static class RequestCommand
{
    private const string Refused = "Refused:";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static IEnumerable<Verb> CreateAll() => Enum.GetValues<RequestKind>().Select(Create);

    private static Verb Create(RequestKind kind)
    {
        var verb = RequestReader.NameIn(kind);
        var name = Arguments.Name();
        var timeout = Arguments.Timeout(Patience);
        var command = new Verb(verb, $"{Describe(kind)} Waits for the operator's answer; exit code 1 when it refuses.", "todo", "-n shop --timeout 10s")
        {
            name, timeout,
        };
        command.SetAction((parsed, cancelled) => Session.RunAsync(
            parsed, session => AskAsync(session, parsed.GetValue(name), kind, parsed.GetValue(timeout) ?? Patience, cancelled), cancelled));
        return command;
    }

    private static async Task<int> AskAsync(Session session, string? name, RequestKind kind, TimeSpan timeout, CancellationToken cancelled)
    {
        var platform = await session.Platforms.GetAsync(name, cancelled);
        var (verb, annotation) = (RequestReader.NameIn(kind), RequestReader.NameOf(kind));
        if (Obstacle(platform) is { } obstacle)
        {
            Session.Complain(obstacle);
            return ExitCodes.No;
        }

        var token = Guid.CreateVersion7(session.Now).ToString();
        var changes = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [annotation] = token } } };
        var asked = await session.Platforms.PatchAsync(platform.Name(), changes, cancelled);
        if (await session.Platforms.UntilAsync(asked, p => Answer(p, kind, token), timeout, cancelled) is not { } answer)
        {
            Session.Complain(
                $"The operator has not taken it up within {DurationConverter.Format(timeout)}. The request stands, and is taken up when it can be; "
                + $"kubectl annotate todoplatform {platform.Name()} -n {session.Namespace} {annotation}- takes it back.");
            return ExitCodes.NoAnswerYet;
        }

        session.Screen.Line($"{verb} {session.Namespace}/{platform.Name()}: {answer}");
        return answer.StartsWith(Refused, StringComparison.Ordinal) ? ExitCodes.No : ExitCodes.Done;
    }

    /// <summary>Why the operator would not look at a request now. It would do so later, when nobody expects it: so it is not made.</summary>
    private static string? Obstacle(V1Alpha1TodoPlatform platform) =>
        platform.IsDeleting() ? "It is being deleted, and no request is taken up. Nothing was asked."
        : platform.Spec.Paused ? "spec.paused is true, and no request is taken up while it is: resume it first. Nothing was asked."
        : platform.Spec.PlanOnly ? "spec.planOnly is true, and no request is taken up while it is. Nothing was asked."
        : null;

    private static string? Answer(V1Alpha1TodoPlatform platform, RequestKind kind, string token)
    {
        var taken = platform.Status?.Acknowledged?.FirstOrDefault(a => a.Request == RequestReader.NameIn(kind));
        return taken?.Token == token ? taken.Result ?? string.Empty
            : RequestReader.Read(platform.Metadata.Annotations).Any(r => r.Kind == kind && r.Token == token) ? null
            : $"{Refused} somebody else has put another request in its place, or taken it back, before the operator saw it.";
    }

    private static string Describe(RequestKind kind) => kind switch
    {
        RequestKind.Abort => "Goes back from the move under way to the last good transport.",
        RequestKind.Rollback => "Goes back from the finished move to the transport before it, and stays there until the spec changes.",
        RequestKind.Retry => "Tries the same generation of the spec again, after a rollback, an abort or a freeze.",
        RequestKind.Promote => "Cuts short the watching of the publisher that was moved last. It skips no gate that keeps events safe.",
        _ => "Sends again what handlers gave up (dead), once what was wrong with it is mended.",
    };
}
