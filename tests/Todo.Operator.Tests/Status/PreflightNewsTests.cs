using Todo.Operator.Resource;
using Todo.Operator.Status;

namespace Todo.Operator.Tests.Status;

/// <summary>Which Events tell of a change of the checks' results. A result is written as its name and its first letter; its message is "m".</summary>
public sealed class PreflightNewsTests
{
    private const string Nothing = "";

    [Theory]
    // The first time.
    [InlineData(null, "a=P b=P", "Normal PreflightPassed 2 checks passed.")]
    [InlineData(null, "a=P b=W c=S", "Warning PreflightWarning [b] m|Warning PreflightSkipped [c] m|Normal PreflightPassed 1 checks passed.")]
    [InlineData(null, "a=P b=F c=U", "Warning PreflightFailed [b] m|Warning PreflightUnknown [c] m")]
    [InlineData(null, "a=U", "Warning PreflightUnknown [a] m")]
    // Nothing new.
    [InlineData(null, null, Nothing)]
    [InlineData("a=P b=F", "a=P b=F", Nothing)]
    [InlineData("a=P b=P", "a=P", Nothing)]
    [InlineData("a=P", "a=P b=P", Nothing)]
    // Worse.
    [InlineData("a=P b=P", "a=F b=F", "Warning PreflightFailed [a] m [b] m")]
    [InlineData("a=P b=P c=P d=P", "a=F b=U c=W d=S", "Warning PreflightFailed [a] m|Warning PreflightUnknown [b] m|Warning PreflightWarning [c] m|Warning PreflightSkipped [d] m")]
    [InlineData("a=F", "a=U", "Warning PreflightUnknown [a] m")]
    // Better.
    [InlineData("a=F b=U", "a=P b=P", "Normal PreflightPassed Now passed: a, b.")]
    [InlineData("a=W", "a=P", "Normal PreflightPassed Now passed: a.")]
    [InlineData("a=S", "a=P", "Normal PreflightPassed Now passed: a.")]
    [InlineData("a=F b=P", "a=P b=F", "Warning PreflightFailed [b] m|Normal PreflightPassed Now passed: a.")]
    // A finding that is no longer there, because the check has others or none to tell of.
    [InlineData("deployment/x/strategy=F", "deployment/x=P", "Normal PreflightPassed Now passed: deployment/x/strategy.")]
    [InlineData("spec/redis.host=F", "spec=P", "Normal PreflightPassed Now passed: spec/redis.host.")]
    [InlineData("component/blob=W component=P", "component=P", "Normal PreflightPassed Now passed: component/blob.")]
    [InlineData("spec/a=F spec/b=F", "spec/b=F", "Normal PreflightPassed Now passed: spec/a.")]
    [InlineData("quota/team=F a=P", "a=P", "Normal PreflightPassed Now passed: quota/team.")]
    [InlineData("deployment/x/strategy=F", "deployment/x/replicas=F", "Warning PreflightFailed [deployment/x/replicas] m|Normal PreflightPassed Now passed: deployment/x/strategy.")]
    // Whether it has passed is not known: the check was left out, could not be made, or says more about it now.
    [InlineData("deployment/x/strategy=F", "deployment=S", "Warning PreflightSkipped [deployment] m")]
    [InlineData("dapr/sentry=F", "dapr=U", "Warning PreflightUnknown [dapr] m")]
    [InlineData("broker=U", "broker/kafka-1:9092=F", "Warning PreflightFailed [broker/kafka-1:9092] m")]
    // What was asked for is not asked for any more, and so not checked.
    [InlineData("a=F b=U c=P d=W", null, "Normal PreflightWithdrawn No longer asked for: a, b.")]
    [InlineData("a=F", "", "Normal PreflightWithdrawn No longer asked for: a.")]
    [InlineData("a=P b=W", null, Nothing)]
    public void Each_change_is_told(string? before, string? now, string expected) =>
        Assert.Equal(expected, string.Join('|', PreflightNews.Of(Read(before), Read(now)).Select(n => $"{n.Type} {n.Reason} {n.Note}")));

    private static List<PreflightStatus>? Read(string? text) => text is null ? null :
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => c.Split('=')).Select(c => new PreflightStatus { Name = c[0], Result = Results.Single(r => r[0] == c[1][0]), Message = "m" })];

    private static string[] Results => ["Passed", "Failed", "Unknown", "Warning", "Skipped"];
}
