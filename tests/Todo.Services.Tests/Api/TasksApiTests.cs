using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Api;

/// <summary>The REST API, from outside.</summary>
[Collection(nameof(Platform))]
public sealed class TasksApiTests(Platform platform)
{
    [Fact]
    public async Task A_task_lives_from_creation_to_deletion()
    {
        var user = platform.NewUser();
        using var created = await user.SendAsync(HttpMethod.Post, "", new { title = "  Buy milk ", dueAt = "2030-01-01T10:00:00+02:00" });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var task = (await created.Content.ReadFromJsonAsync<TaskView>())!;
        Assert.Equal($"/api/v1/tasks/{task.Id}", created.Headers.Location?.ToString());
        Assert.Equal(("Buy milk", "medium", 1L), (task.Title, task.Priority, task.Version));
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 8, 0, 0, TimeSpan.Zero), task.DueAt);

        var updated = await user.UpdateAsync(task.Id, new { description = "2 litres", priority = "low" });
        Assert.Equal(("Buy milk", "2 litres", "low", 2L), (updated.Title, updated.Description, updated.Priority, updated.Version));
        Assert.NotNull(updated.DueAt);
        var cleared = await user.UpdateAsync(task.Id, new { description = (string?)null, dueAt = (string?)null });
        Assert.Null(cleared.Description);
        Assert.Null(cleared.DueAt);
        Assert.Equal(cleared, await user.UpdateAsync(task.Id, new { title = "Buy milk" }));

        Assert.True((await user.CompleteAsync(task.Id)).Completed);
        Assert.False((await user.ReopenAsync(task.Id)).Completed);
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(user, HttpMethod.Delete, $"/{task.Id}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(user, HttpMethod.Get, $"/{task.Id}"));

        var events = await platform.QueryAsync<string>("select string_agg(split_part(type, '.', 4), ' ' order by version) from messaging.outbox where key = $1", $"{task.Id}");
        Assert.Equal("created updated updated completed updated deleted", events);
    }

    [Fact]
    public async Task A_phrase_is_stored_as_its_rule()
    {
        var user = platform.NewUser();
        var task = await user.CreateAsync(new { title = "Bins", recurrenceRule = "Every Monday and Thursday" });
        Assert.Equal("FREQ=WEEKLY;BYDAY=MO,TH", await platform.QueryAsync<string>("select recurrence_rule from tasks where id = $1", task.Id));
        Assert.Equal("FREQ=DAILY", (await user.UpdateAsync(task.Id, new { recurrenceRule = "daily" })).RecurrenceRule);
    }

    [Fact]
    public async Task Pages_follow_each_other_newest_first()
    {
        var user = platform.NewUser();
        var ids = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await user.CreateAsync(new { title = $"Task {i}" })).Id);
        }

        await user.CompleteAsync(ids[2]);
        ids.Reverse();
        var seen = new List<long>();
        string? cursor = null;
        do
        {
            using var response = await user.SendAsync(HttpMethod.Get, $"?limit=2&cursor={cursor}");
            var page = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
            seen.AddRange(page["items"]!.AsArray().Select(t => (long)t!["id"]!));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);

        Assert.Equal(ids, seen);
        Assert.Equal([ids[2]], (await user.ListAsync("?status=completed")).Select(t => t.Id));
        Assert.Equal(ids.Where(id => id != ids[2]), (await user.ListAsync("?status=pending")).Select(t => t.Id));
    }

    [Theory]
    [InlineData("POST", """{"title":""}""", "title")]
    [InlineData("POST", """{"title":"a\nb"}""", "title")]
    [InlineData("POST", """{}""", "title")]
    [InlineData("POST", """{"title":null}""", "title")]
    [InlineData("POST", """{"title":"\ud800"}""", "title")]
    [InlineData("POST", """{"title":"x","priority":"huge"}""", "priority")]
    [InlineData("POST", """{"title":"x","dueAt":"tomorrow"}""", "dueAt")]
    [InlineData("POST", """{"title":"x","recurrenceRule":"FREQ=DAILY;INTERVAL=0"}""", "recurrenceRule")]
    [InlineData("POST", """{"title":"x","user_id":"bob"}""", "user_id")]
    [InlineData("POST", """{"title":"x",""", "body")]
    [InlineData("POST", """[]""", "body")]
    [InlineData("PATCH", """{}""", "body")]
    [InlineData("PATCH", """{"completed":true}""", "completed")]
    public async Task What_is_wrong_is_named(string method, string body, string field)
    {
        using var response = await platform.NewUser().SendAsync(new HttpMethod(method), method == "PATCH" ? "/1" : "", body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal([field], problem["errors"]!.AsObject().Select(e => e.Key));
    }

    [Fact]
    public async Task Without_a_valid_token_there_is_nothing()
    {
        var user = platform.NewUser();
        string?[] tokens =
        [
            null,
            "nonsense",
            ApiClient.Jwt(user.UserId, null, null, "another-secret-another-secret-another", TimeSpan.FromHours(1)),
            ApiClient.Jwt(user.UserId, null, null, ServiceProcess.Secret, TimeSpan.FromHours(-1)),
            user.Token![..user.Token!.LastIndexOf('.')] + ".",
        ];
        foreach (var token in tokens)
        {
            user.Token = token;
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(user, HttpMethod.Get, ""));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(user, HttpMethod.Post, "", new { title = "x" }));
        }
    }

    [Fact]
    public async Task Another_users_task_does_not_exist()
    {
        var (owner, other) = (platform.NewUser(), platform.NewUser());
        var task = await owner.CreateAsync(new { title = "Mine" });
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(other, HttpMethod.Get, $"/{task.Id}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(other, HttpMethod.Patch, $"/{task.Id}", new { title = "Yours" }));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(other, HttpMethod.Post, $"/{task.Id}/complete"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(other, HttpMethod.Post, $"/{task.Id}/reopen"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(other, HttpMethod.Delete, $"/{task.Id}"));
        Assert.Empty(await other.ListAsync());
        Assert.Equal(task, Assert.Single(await owner.ListAsync()));
    }

    [Fact]
    public async Task The_same_key_gives_the_same_answer_and_one_effect()
    {
        var user = platform.NewUser();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var response = await user.SendAsync(HttpMethod.Post, "", """{"title":"Once"}""", "key-1");
            return ($"{(int)response.StatusCode} {response.Headers.Location} {await response.Content.ReadAsStringAsync()}", response.Headers.Contains("Idempotency-Replayed"));
        }));
        Assert.Single(answers.Select(a => a.Item1).Distinct());
        Assert.StartsWith("201 ", answers[0].Item1, StringComparison.Ordinal);
        Assert.Equal(1, answers.Count(a => !a.Item2));
        var task = Assert.Single(await user.ListAsync());
        Assert.Equal(1, await platform.QueryAsync<long>("select count(*) from messaging.outbox where key = $1", $"{task.Id}"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StatusAsync(user, HttpMethod.Post, "", """{"title":"Twice"}""", "key-1"));
        Assert.Equal(HttpStatusCode.Created, await StatusAsync(platform.NewUser(), HttpMethod.Post, "", """{"title":"Twice"}""", "key-1"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(user, HttpMethod.Post, "", """{"title":"x"}""", new string('k', 201)));

        // A failed request is not remembered: it left nothing behind.
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(user, HttpMethod.Post, "/999999999/complete", null, "key-2"));
        Assert.Equal(HttpStatusCode.Created, await StatusAsync(user, HttpMethod.Post, "", """{"title":"Later"}""", "key-2"));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(user, HttpMethod.Delete, $"/{task.Id}", null, "key-3"));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(user, HttpMethod.Delete, $"/{task.Id}", null, "key-3"));
    }

    [Fact]
    public async Task Sizes_and_types_have_limits()
    {
        var user = platform.NewUser();
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await StatusAsync(user, HttpMethod.Post, "", new { title = "x", description = new string('x', 200_000) }));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(user, HttpMethod.Post, "", new { title = "x", description = new string('x', 10_001) }));
        Assert.Equal(HttpStatusCode.Created, await StatusAsync(user, HttpMethod.Post, "", new { title = string.Concat(Enumerable.Repeat("😀", 200)), description = new string('ß', 10_000) }));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(user, HttpMethod.Get, "?limit=201"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(user, HttpMethod.Get, "?status=open"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(user, HttpMethod.Get, "/abc"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await StatusAsync(user, HttpMethod.Put, "/1", new { title = "x" }));
    }

    private static async Task<HttpStatusCode> StatusAsync(ApiClient user, HttpMethod method, string path, object? body = null, string? key = null)
    {
        using var response = await user.SendAsync(method, path, body, key);
        if (!response.IsSuccessStatusCode)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }

        return response.StatusCode;
    }
}
