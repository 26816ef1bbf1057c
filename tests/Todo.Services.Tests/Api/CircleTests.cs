using Npgsql;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Api;

/// <summary>Changes that wait for each other in a circle, until the database ends one of them.</summary>
[Collection(nameof(Platform))]
public sealed class CircleTests(Platform platform)
{
    /// <summary>
    /// Each task has one of the tags. Whoever puts the other one on it holds the task and waits for the tag; whoever deletes a tag holds it and waits for the task that has it.
    /// </summary>
    [Fact]
    public async Task Tags_that_are_deleted_while_they_are_put_on_each_others_tasks_fail_no_request()
    {
        var user = platform.NewUser();
        var (x, y) = (await TagAsync(user, "x"), await TagAsync(user, "y"));
        var (one, two) = (await TaskAsync(user, x), await TaskAsync(user, y));
        Task<int>[] changes;
        await using (var connection = new NpgsqlConnection(platform.ConnectionString))
        {
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var hold = new NpgsqlCommand("select from tasks where id in ($1, $2) for update", connection, transaction) { Parameters = { new() { Value = one }, new() { Value = two } } };
            await hold.ExecuteNonQueryAsync();
            // First in the queue for its task stands who wants to put a tag on it, then who deletes the tag that it has.
            var (putY, putX) = (StatusAsync(user, HttpMethod.Put, $"api/v1/tasks/{one}/tags/{y}"), StatusAsync(user, HttpMethod.Put, $"api/v1/tasks/{two}/tags/{x}"));
            await WaitingAsync(2);
            changes = [putY, putX, StatusAsync(user, HttpMethod.Delete, $"api/v1/tags/{x}"), StatusAsync(user, HttpMethod.Delete, $"api/v1/tags/{y}")];
            await WaitingAsync(4);
        }

        // A tag that was deleted first is not found.
        var statuses = await Task.WhenAll(changes);
        Assert.All(statuses[..2], status => Assert.Contains(status, (int[])[200, 404]));
        Assert.Equal([204, 204], statuses[2..]);
        Assert.Equal(0, await platform.QueryAsync<long>("select count(*) from tags where user_id = $1", user.UserId));
        Assert.Equal(2, await platform.QueryAsync<long>("select count(*) from messaging.outbox where key = any($1) and type = 'io.todo.tag.deleted.v1'", (object)new[] { $"tag-{x}", $"tag-{y}" }));

        async Task WaitingAsync(int count) => await Eventually.SeeAsync(
            $"{count} changes waiting",
            () => platform.QueryAsync<long>("""
                select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and (query like '%from tasks where id%' or query like '%with detached%')
                """),
            waiting => waiting == count);
    }

    private static async Task<long> TagAsync(ApiClient user, string name) => (long)(await user.JsonAsync(HttpMethod.Post, "api/v1/tags", new { name }))["id"]!;

    private static async Task<long> TaskAsync(ApiClient user, long tag) => (await user.CreateAsync(new { title = "x", tagIds = new[] { tag } })).Id;

    private static async Task<int> StatusAsync(ApiClient user, HttpMethod method, string path)
    {
        using var response = await user.RequestAsync(method, path);
        return (int)response.StatusCode;
    }
}
