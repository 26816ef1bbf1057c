using System.CommandLine;
using Kubernetes.Client.Entities;
using Todo.Kubectl.Views;

namespace Todo.Kubectl.Commands;

/// <summary><c>history</c>: the last ten moves.</summary>
internal static class HistoryCommand
{
    public static Command Create()
    {
        var name = Arguments.Name();
        var command = new Verb("history", "The last ten moves, newest last: from where, to where, how they ended and why.", "todo", "-n shop")
        {
            name,
        };
        command.SetAction((parsed, cancelled) => Session.RunAsync(
            parsed,
            async session =>
            {
                var platform = await session.Platforms.GetAsync(parsed.GetValue(name), cancelled);
                if (platform.Status?.History is { Count: > 0 } history)
                {
                    session.Screen.Print(Tables.History(history, session.Now));
                }
                else
                {
                    session.Screen.Line($"No move of {session.Namespace}/{platform.Name()} has ended yet.");
                }

                return ExitCodes.Done;
            },
            cancelled));
        return command;
    }
}
