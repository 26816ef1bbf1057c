using LocalCluster.Hosting.Todo;
using Npgsql;

namespace EndToEnd.Tests;

/// <summary>A check of the checker: whoever changes the world behind the services' back turns the account red, and is told which task.</summary>
public sealed class CheckerTests(PlatformFixture fixture)
{
    private const int Rate = 40;
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Brief = TimeSpan.FromSeconds(2);

    /// <summary>The newest task of a series that has two: the next occurrence of a completed one.</summary>
    private const string Successor =
        "(select max(id) from tasks where series_id in (select series_id from tasks where series_id is not null group by series_id having count(*) = 2))";

    [Theory]
    [InlineData("deletes a next occurrence", $"delete from tasks where id = {Successor}", "next occurrence")]
    [InlineData("doubles a task", "insert into tasks (user_id, title, priority) select user_id, title, priority from tasks where id = (select max(id) from tasks where series_id is null)", "task")]
    [InlineData("takes back a completion", "update tasks set completed = false, completed_at = null where id = (select max(id) from tasks where completed)", "completion")]
    public async Task The_account_turns_red_when_somebody(string what, string sql, string effect)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var load = fixture.Cluster.StartLoad(what.Replace(' ', '-'), Rate);
        await load.WaitForAcknowledgedAsync(5 * Rate, cancellationToken);
        await load.StopAsync();
        var before = await fixture.Cluster.AccountAsync(load, Settling, cancellationToken);
        Assert.True(before.IsClean, before.Describe());

        await using var connection = fixture.Cluster.Connect();
        await connection.OpenAsync(cancellationToken);
        // The load generator puts the tag of its journal in front of each title.
        await using var tamper = new NpgsqlCommand(sql + " returning split_part(title, ' ', 1)", connection);
        var tag = Assert.IsType<string>(await tamper.ExecuteScalarAsync(cancellationToken));

        var after = await fixture.Cluster.AccountAsync(load, Brief, cancellationToken);
        Assert.Contains(after.Findings, f => f.Effect == effect && f.Tag == tag);
    }
}
