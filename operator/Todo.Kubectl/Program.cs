using System.CommandLine;
using System.CommandLine.Invocation;
using Todo.Kubectl;
using Todo.Kubectl.Commands;

var root = new RootCommand(
    """
    Looks after a TodoPlatform: what it does, what it waits for, and what can be asked of it beside its spec.

    NAME may be left out when there is one TodoPlatform in the namespace.

    Exit codes: 0 as asked; 1 the answer is no (refused, a check failed, rolled back, degraded, paused);
    2 no answer in time; 3 the platform could not be read or changed; 64 wrong command line.
    """)
{
    Arguments.Namespace,
    Arguments.Context,
    Arguments.Kubeconfig,
    StatusCommand.Create(),
    PlanCommand.Create(),
    ChecksCommand.Create(),
    HistoryCommand.Create(),
    PauseCommand.CreatePause(),
    PauseCommand.CreateResume(),
    VersionCommand.Create(),
};
foreach (var request in RequestCommand.CreateAll())
{
    root.Add(request);
}

Verb.ExplainIn(root);
var parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction wrong)
{
    wrong.ShowHelp = false;
}

var exitCode = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? ExitCodes.Usage : exitCode;
