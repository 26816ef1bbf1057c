using System.CommandLine;
using Kubernetes.Client.Serialization;
using Todo.Kubectl.Reports;
using Todo.Kubectl.Views;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Commands;

/// <summary><c>status</c>: all on one screen, once or until the move has ended.</summary>
internal static class StatusCommand
{
    private static readonly Argument<string?> Name = Arguments.Name();
    private static readonly Option<bool> Watch = new("--watch", "-w") { Description = "Follow until the move has ended: exit code 0 for Migrated, 1 for RolledBack, Degraded or Paused." };
    private static readonly Option<TimeSpan?> Timeout = Arguments.Timeout(null);
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "json: the same for programs; with -w one line for each change." };

    static StatusCommand() => Output.AcceptOnlyFromAmong("json");

    public static Command Create()
    {
        var command = new Verb(
            "status",
            "What the platform does and waits for: the move, services, transports, figures, what is not as it should be.",
            "todo",
            "-w --timeout 10m    # until Migrated (0), RolledBack, Degraded or Paused (1)",
            "-o json -n shop")
        {
            Name, Watch, Timeout, Output,
        };
        command.SetAction((parsed, cancelled) => Session.RunAsync(
            parsed,
            async session =>
            {
                var platform = await session.Platforms.GetAsync(parsed.GetValue(Name), cancelled);
                ITarget target = parsed.GetValue(Output) is null ? new StatusTarget(session) : new JsonTarget(session.Screen);
                if (!parsed.GetValue(Watch))
                {
                    target.Once(platform);
                    return ExitCodes.Done;
                }

                return await WatchAsync(session, platform, target, parsed.GetValue(Timeout), cancelled);
            },
            cancelled));
        return command;
    }

    private static async Task<int> WatchAsync(Session session, V1Alpha1TodoPlatform platform, ITarget target, TimeSpan? timeout, CancellationToken cancelled)
    {
        var last = platform;
        var limit = timeout ?? System.Threading.Timeout.InfiniteTimeSpan;
        var ended = await target.FollowAsync(show => session.Platforms.UntilAsync(
            platform,
            seen =>
            {
                last = seen;
                show(seen);
                return Outcomes.Of(seen) == Outcome.UnderWay ? null : seen;
            },
            limit,
            cancelled));
        if (ended is null)
        {
            Session.Complain($"Not ended within {DurationConverter.Format(limit)}: {StatusView.Line(last)}");
            return ExitCodes.NoAnswerYet;
        }

        return Outcomes.Of(ended) == Outcome.Migrated ? ExitCodes.Done : ExitCodes.No;
    }
}
