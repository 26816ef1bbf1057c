using System.CommandLine;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Serialization;
using Todo.Kubectl.Reports;
using Todo.Kubectl.Views;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Commands;

/// <summary>
/// <c>plan</c>: what a move would change. Only the operator can work that out, and only from the spec: so a change is put there together with planOnly, which keeps it from being made.
/// </summary>
internal static class PlanCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly Argument<string?> Name = Arguments.Name();
    private static readonly Option<string?> Broker = new("--broker") { Description = "The plan of a change to this broker: redis or kafka." };
    private static readonly Option<bool?> UseDapr = new("--use-dapr") { Description = "The plan of a change to or from Dapr: true or false." };
    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask before the spec is changed." };
    private static readonly Option<TimeSpan?> Timeout = Arguments.Timeout(Patience);

    static PlanCommand() => Broker.AcceptOnlyFromAmong("redis", "kafka");

    public static Command Create()
    {
        var command = new Verb(
            "plan",
            "What a move would change. With --broker or --use-dapr the change is written to the spec together with planOnly: true: planned and checked, not made. "
                + "Exit code 1 when there is no plan or a check has failed.",
            "todo",
            "todo --broker redis",
            "todo --use-dapr false --broker kafka --yes")
        {
            Name, Broker, UseDapr, Yes, Timeout,
        };
        command.SetAction((parsed, cancelled) => Session.RunAsync(parsed, session => PlanAsync(session, parsed, cancelled), cancelled));
        return command;
    }

    private static async Task<int> PlanAsync(Session session, ParseResult parsed, CancellationToken cancelled)
    {
        var platform = await session.Platforms.GetAsync(parsed.GetValue(Name), cancelled);
        var change = new PlannedChange(platform, session.Namespace, parsed.GetValue(Broker), parsed.GetValue(UseDapr));
        if (change.IsNone && !platform.Spec.PlanOnly)
        {
            Session.Complain("spec.planOnly is false, so there is no plan. --broker or --use-dapr makes the plan of a change.");
            return ExitCodes.No;
        }

        if (!change.IsNone)
        {
            if (change.Obstacle is { } obstacle)
            {
                Session.Complain(obstacle);
                return ExitCodes.No;
            }

            if (!parsed.GetValue(Yes) && !Confirm(session.Screen, change))
            {
                session.Screen.Line("Nothing was changed.");
                return ExitCodes.No;
            }

            platform = await session.Platforms.PatchAsync(platform.Name(), change.Patch, cancelled);
        }

        var timeout = parsed.GetValue(Timeout) ?? Patience;
        var planned = await session.Platforms.UntilAsync(platform, p => Outcomes.IsCurrent(p) ? p : null, timeout, cancelled);
        if (planned is null)
        {
            Session.Complain($"The operator has not written a plan for generation {platform.Generation()} within {DurationConverter.Format(timeout)}. {change.TakeBack}");
            return ExitCodes.NoAnswerYet;
        }

        return Show(session.Screen, planned, change);
    }

    private static bool Confirm(Screen screen, PlannedChange change)
    {
        screen.Line($"{change.Say} Nothing is moved while planOnly is true.");
        screen.Line("Change the spec so? [y/N]");
        return Console.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    private static int Show(Screen screen, V1Alpha1TodoPlatform planned, PlannedChange change)
    {
        if (planned.Status?.Plan is not { } plan)
        {
            Session.Complain($"There is no plan. {planned.Status?.Phase}: {planned.Status?.Message} {change.TakeBack}");
            return ExitCodes.No;
        }

        var failed = PlatformReport.FailingChecks(planned.Status);
        if (plan.Count > 0)
        {
            screen.Print(Tables.Plan(plan));
        }
        else
        {
            screen.Line("Nothing would be changed.");
        }

        if (failed.Count > 0)
        {
            screen.Line(string.Empty);
            screen.Print(Tables.Checks(failed));
        }

        screen.Line(string.Empty);
        screen.Line($"None of it is made while spec.planOnly is true. {change.LetGo}");
        if (change.TakeBack.Length > 0)
        {
            screen.Line(change.TakeBack);
        }

        return failed.Any(c => c.Result == "Failed") ? ExitCodes.No : ExitCodes.Done;
    }
}
