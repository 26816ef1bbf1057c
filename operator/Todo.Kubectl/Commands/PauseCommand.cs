using System.CommandLine;
using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Serialization;
using Todo.Kubectl.Reports;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Commands;

/// <summary><c>pause</c> and <c>resume</c>: <c>spec.paused</c>, and what the operator says to it.</summary>
internal static class PauseCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Command CreatePause() => Create(
        "pause",
        "Freezes the move before its next write (spec.paused: true), and waits until it is frozen.",
        paused: true);

    public static Command CreateResume() => Create(
        "resume",
        "Lets a paused platform go on (spec.paused: false). Exit code 1 when something else holds it as well.",
        paused: false);

    private static Verb Create(string verb, string description, bool paused)
    {
        var name = Arguments.Name();
        var timeout = Arguments.Timeout(Patience);
        var command = new Verb(verb, description, "todo", "-n shop --timeout 10s")
        {
            name, timeout,
        };
        command.SetAction((parsed, cancelled) => Session.RunAsync(
            parsed, session => SetAsync(session, parsed.GetValue(name), verb, paused, parsed.GetValue(timeout) ?? Patience, cancelled), cancelled));
        return command;
    }

    private static async Task<int> SetAsync(Session session, string? name, string verb, bool paused, TimeSpan timeout, CancellationToken cancelled)
    {
        var platform = await session.Platforms.GetAsync(name, cancelled);
        if (platform.IsDeleting())
        {
            Session.Complain("It is being deleted, and a deletion is not paused. Nothing was changed.");
            return ExitCodes.No;
        }

        var changed = await session.Platforms.PatchAsync(platform.Name(), new JsonObject { ["spec"] = new JsonObject { ["paused"] = paused } }, cancelled);
        var seen = await session.Platforms.UntilAsync(changed, p => Outcomes.IsCurrent(p) ? p : null, timeout, cancelled);
        if (seen is null)
        {
            Session.Complain($"spec.paused is {(paused ? "true" : "false")}, but the operator has not said so within {DurationConverter.Format(timeout)}. Is it running?");
            return ExitCodes.NoAnswerYet;
        }

        var condition = seen.Status?.Conditions?.FirstOrDefault(c => c.Type == "Paused");
        var isPaused = condition?.Status == "True";
        var says = isPaused ? $"{condition?.Reason}: {condition?.Message}" : $"{seen.Status?.Phase}: {seen.Status?.Message}";
        session.Screen.Line($"{verb} {session.Namespace}/{platform.Name()}: {(isPaused == paused ? string.Empty : isPaused ? "Still paused. " : "Not paused. ")}{says}");
        return isPaused == paused ? ExitCodes.Done : ExitCodes.No;
    }
}
