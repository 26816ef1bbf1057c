using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Api;

/// <summary>Categories and tags, from outside.</summary>
[Collection(nameof(Platform))]
public sealed class LabelsApiTests(Platform platform)
{
    [Theory]
    [InlineData("categories", "category")]
    [InlineData("tags", "tag")]
    public async Task It_lives_from_creation_to_deletion_and_each_change_is_one_event(string path, string kind)
    {
        var user = platform.NewUser();
        using var answer = await user.RequestAsync(HttpMethod.Post, $"api/v1/{path}", new { name = " Home  ", color = "#A1B2C3" });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var created = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        var id = (long)created["id"]!;
        Assert.Equal($"/api/v1/{path}/{id}", answer.Headers.Location?.ToString());
        Assert.Equal(("Home", "#a1b2c3"), ((string?)created["name"], (string?)created["color"]));

        await user.JsonAsync(HttpMethod.Patch, $"api/v1/{path}/{id}", new { name = "House" });
        var cleared = await user.JsonAsync(HttpMethod.Patch, $"api/v1/{path}/{id}", new { color = (string?)null });
        Assert.Equal(("House", null, 3L), ((string?)cleared["name"], (string?)cleared["color"], (long)cleared["version"]!));
        Assert.True(JsonNode.DeepEquals(cleared, await user.JsonAsync(HttpMethod.Patch, $"api/v1/{path}/{id}", new { name = "House", color = (string?)null })));
        Assert.True(JsonNode.DeepEquals(cleared, await user.JsonAsync(HttpMethod.Get, $"api/v1/{path}/{id}")));

        await user.JsonAsync(HttpMethod.Delete, $"api/v1/{path}/{id}");
        Assert.Equal(HttpStatusCode.NotFound, (await user.RefusalAsync(HttpMethod.Get, $"api/v1/{path}/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await user.RefusalAsync(HttpMethod.Delete, $"api/v1/{path}/{id}")).Status);
        Assert.Equal(
            "created updated updated deleted",
            await platform.QueryAsync<string>("select string_agg(split_part(type, '.', 4), ' ' order by version) from messaging.outbox where key = $1", $"{kind}-{id}"));
    }

    [Theory]
    [InlineData("categories", 50, 50)]
    [InlineData("tags", 30, 100)]
    public async Task Names_are_unique_and_limited_and_so_is_their_number_however_many_ask_at_once(string path, int length, int limit)
    {
        var (user, other) = (platform.NewUser(), platform.NewUser());
        var longest = string.Concat(Enumerable.Repeat("😀", length));
        await user.JsonAsync(HttpMethod.Post, $"api/v1/{path}", new { name = longest });
        await other.JsonAsync(HttpMethod.Post, $"api/v1/{path}", new { name = longest });
        Assert.Equal((HttpStatusCode.Conflict, "name"), await user.RefusalAsync(HttpMethod.Post, $"api/v1/{path}", new { name = longest }));
        Assert.Equal((HttpStatusCode.BadRequest, "name"), await user.RefusalAsync(HttpMethod.Post, $"api/v1/{path}", new { name = longest + "x" }));
        Assert.Equal((HttpStatusCode.BadRequest, "name"), await user.RefusalAsync(HttpMethod.Post, $"api/v1/{path}", new { name = " " }));
        Assert.Equal((HttpStatusCode.BadRequest, "name color"), await user.RefusalAsync(HttpMethod.Post, $"api/v1/{path}", """{"name":"a\nb","color":"red"}"""));
        Assert.Equal((HttpStatusCode.BadRequest, "user_id name"), await user.RefusalAsync(HttpMethod.Post, $"api/v1/{path}", """{"user_id":"bob"}"""));
        Assert.Equal((HttpStatusCode.BadRequest, "body"), await user.RefusalAsync(HttpMethod.Patch, $"api/v1/{path}/1", "{}"));

        var answers = await Task.WhenAll(Enumerable.Range(0, limit + 10).Select(async n =>
        {
            using var response = await user.RequestAsync(HttpMethod.Post, $"api/v1/{path}", new { name = $"Name {n}" });
            return response.StatusCode;
        }));
        Assert.Equal((limit - 1, 11), (answers.Count(s => s == HttpStatusCode.Created), answers.Count(s => s == HttpStatusCode.Conflict)));
        var listed = (await user.JsonAsync(HttpMethod.Get, $"api/v1/{path}"))["items"]!.AsArray();
        Assert.Equal(limit, listed.Count);
        Assert.Equal(longest, (string?)listed[0]!["name"]);
        Assert.Equal(limit, await platform.QueryAsync<long>("select count(*) from messaging.outbox where data -> $2 ->> 'userId' = $1", user.UserId, path == "tags" ? "tag" : "category"));
    }

    [Fact]
    public async Task A_task_shows_its_category_and_tags_and_loses_them_when_they_are_deleted()
    {
        var user = platform.NewUser();
        var category = await IdAsync(user, "categories", "Home");
        long[] tags = [await IdAsync(user, "tags", "a"), await IdAsync(user, "tags", "b"), await IdAsync(user, "tags", "c")];
        var task = await user.JsonAsync(HttpMethod.Post, "api/v1/tasks", new { title = "x", categoryId = category, tagIds = new[] { tags[1], tags[0], tags[1] } });
        var path = $"api/v1/tasks/{task["id"]}";
        Assert.Equal((category, $"[{tags[0]},{tags[1]}]"), ((long?)task["categoryId"], task["tagIds"]!.ToJsonString()));

        var changed = await user.JsonAsync(HttpMethod.Patch, path, new { tagIds = new[] { tags[2], tags[1] } });
        Assert.Equal((2L, $"[{tags[1]},{tags[2]}]"), ((long)changed["version"]!, changed["tagIds"]!.ToJsonString()));
        Assert.Equal(3L, (long)(await user.JsonAsync(HttpMethod.Put, $"{path}/tags/{tags[0]}"))["version"]!);
        Assert.Equal(3L, (long)(await user.JsonAsync(HttpMethod.Put, $"{path}/tags/{tags[0]}"))["version"]!);
        Assert.Equal($"[{tags[0]},{tags[2]}]", (await user.JsonAsync(HttpMethod.Delete, $"{path}/tags/{tags[1]}"))["tagIds"]!.ToJsonString());
        Assert.Equal(4L, (long)(await user.JsonAsync(HttpMethod.Delete, $"{path}/tags/{tags[1]}"))["version"]!);
        Assert.Equal("1 0 1", await CountsAsync("tags"));
        Assert.Equal("1", await CountsAsync("categories"));

        await user.JsonAsync(HttpMethod.Delete, $"api/v1/categories/{category}");
        await user.JsonAsync(HttpMethod.Delete, $"api/v1/tags/{tags[2]}");
        var left = await user.JsonAsync(HttpMethod.Get, path);
        Assert.Equal((null, $"[{tags[0]}]", 6L), ((long?)left["categoryId"], left["tagIds"]!.ToJsonString(), (long)left["version"]!));
        Assert.Equal("1", await platform.QueryAsync<string>("select data ->> 'tasksAffected' from messaging.outbox where key = $1 and type like '%deleted%'", $"category-{category}"));
        Assert.Equal("[]", (await user.JsonAsync(HttpMethod.Patch, path, new { tagIds = (long[]?)null }))["tagIds"]!.ToJsonString());
        Assert.Equal(
            "created updated updated updated updated",
            await platform.QueryAsync<string>("select string_agg(split_part(type, '.', 4), ' ' order by version) from messaging.outbox where key = $1", $"{task["id"]}"));

        async Task<string> CountsAsync(string kind) =>
            string.Join(' ', (await user.JsonAsync(HttpMethod.Get, $"api/v1/{kind}"))["items"]!.AsArray().Select(x => (long)x!["taskCount"]!));
    }

    [Fact]
    public async Task A_task_has_at_most_10_tags_however_many_are_added_at_once_and_one_that_it_has_is_no_new_one()
    {
        var user = platform.NewUser();
        var tags = await Task.WhenAll(Enumerable.Range(0, 13).Select(n => IdAsync(user, "tags", $"t{n}")));
        Assert.Equal((HttpStatusCode.BadRequest, "tagIds"), await user.RefusalAsync(HttpMethod.Post, "api/v1/tasks", new { title = "x", tagIds = tags }));
        var task = await user.CreateAsync(new { title = "x" });
        var answers = await Task.WhenAll(tags.Select(async tag =>
        {
            using var response = await user.SendAsync(HttpMethod.Put, $"/{task.Id}/tags/{tag}");
            return response.StatusCode;
        }));
        Assert.Equal((10, 3), (answers.Count(s => s == HttpStatusCode.OK), answers.Count(s => s == HttpStatusCode.Conflict)));
        var added = tags.Zip(answers).First(x => x.Second == HttpStatusCode.OK).First;
        await user.JsonAsync(HttpMethod.Put, $"api/v1/tasks/{task.Id}/tags/{added}");
        Assert.Equal(10, await platform.QueryAsync<long>("select count(*) from task_tags where task_id = $1", task.Id));
        Assert.Equal(11, await platform.QueryAsync<long>("select count(*) from messaging.outbox where key = $1", $"{task.Id}"));
    }

    [Fact]
    public async Task A_category_or_tag_that_does_not_exist_or_is_another_users_is_refused_and_nothing_is_changed()
    {
        var (user, other) = (platform.NewUser(), platform.NewUser());
        var (category, tag) = (await IdAsync(other, "categories", "Theirs"), await IdAsync(other, "tags", "Theirs"));
        var task = await user.CreateAsync(new { title = "x" });
        foreach (var (categoryId, tagId) in ((long, long)[])[(category, tag), (999_999_999, 999_999_999)])
        {
            Assert.Equal((HttpStatusCode.BadRequest, "categoryId"), await user.RefusalAsync(HttpMethod.Post, "api/v1/tasks", new { title = "y", categoryId }));
            Assert.Equal((HttpStatusCode.BadRequest, "tagIds"), await user.RefusalAsync(HttpMethod.Post, "api/v1/tasks", new { title = "y", tagIds = new[] { tagId } }));
            Assert.Equal((HttpStatusCode.BadRequest, "categoryId"), await user.RefusalAsync(HttpMethod.Patch, $"api/v1/tasks/{task.Id}", new { categoryId }));
            Assert.Equal((HttpStatusCode.BadRequest, "tagIds"), await user.RefusalAsync(HttpMethod.Patch, $"api/v1/tasks/{task.Id}", new { tagIds = new[] { tagId } }));
            Assert.Equal(HttpStatusCode.NotFound, (await user.RefusalAsync(HttpMethod.Put, $"api/v1/tasks/{task.Id}/tags/{tagId}")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await user.RefusalAsync(HttpMethod.Delete, $"api/v1/tasks/{task.Id}/tags/{tagId}")).Status);
        }

        Assert.Equal(task, Assert.Single(await user.ListAsync()));
        Assert.Equal(1, await platform.QueryAsync<long>("select count(*) from messaging.outbox where data -> 'task' ->> 'userId' = $1", user.UserId));
        // Nor can the database be made to, by any service.
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => platform.QueryAsync<int>("update tasks set category_id = $2 where id = $1", task.Id, category));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => platform.QueryAsync<int>("insert into task_tags (user_id, task_id, tag_id) values ($1, $2, $3)", user.UserId, task.Id, tag));
    }

    private static async Task<long> IdAsync(ApiClient user, string path, string name) => (long)(await user.JsonAsync(HttpMethod.Post, $"api/v1/{path}", new { name }))["id"]!;
}
