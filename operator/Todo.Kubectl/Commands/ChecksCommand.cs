using System.CommandLine;
using Kubernetes.Client.Entities;
using Todo.Kubectl.Reports;
using Todo.Kubectl.Views;

namespace Todo.Kubectl.Commands;

/// <summary><c>checks</c>: everything that was looked at before a move.</summary>
internal static class ChecksCommand
{
    public static Command Create()
    {
        var name = Arguments.Name();
        var command = new Verb(
            "checks",
            "All checks before a move with their results. Exit code 1 when one has failed, 2 when none was made yet.",
            "todo",
            "-n shop || echo 'the move does not begin'")
        {
            name,
        };
        command.SetAction((parsed, cancelled) => Session.RunAsync(
            parsed,
            async session =>
            {
                var platform = await session.Platforms.GetAsync(parsed.GetValue(name), cancelled);
                if (platform.Status?.Preflight is not { Count: > 0 } checks)
                {
                    Session.Complain($"No checks were made for {session.Namespace}/{platform.Name()} yet.");
                    return ExitCodes.NoAnswerYet;
                }

                session.Screen.Print(Tables.Checks(checks));
                if (!Outcomes.IsCurrent(platform))
                {
                    Session.Complain("The spec has changed since; the operator has not looked at it yet.");
                }

                return checks.Any(c => c.Result == "Failed") ? ExitCodes.No : ExitCodes.Done;
            },
            cancelled));
        return command;
    }
}
