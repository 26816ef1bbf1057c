using System.Net;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Api;

/// <summary>
/// Every route of the API with another user's numbers: not found, and nothing of that user's is shown or changed. The routes come from the code, so one that is added is walked too,
/// and fails until it is isolated.
/// </summary>
[Collection(nameof(Platform))]
public sealed class IsolationTests(Platform platform)
{
    private const string Mark = "nobody else may see this";

    // All that there is of a user, and all that was published of it.
    private const string Everything = """
        select concat_ws('|',
          (select string_agg(t::text, '|' order by id) from tasks t where user_id = $1),
          (select string_agg(c::text, '|' order by id) from categories c where user_id = $1),
          (select string_agg(t::text, '|' order by id) from tags t where user_id = $1),
          (select string_agg(g::text, '|' order by task_id, tag_id) from task_tags g where user_id = $1),
          (select string_agg(r::text, '|' order by r.id) from reminders r join tasks t on t.id = r.task_id where t.user_id = $1),
          (select u::text from users u where id = $1),
          (select count(*) from idempotency_keys where user_id = $1),
          (select count(*) from messaging.outbox where $1 in (data ->> 'userId', data -> 'task' ->> 'userId', data -> 'category' ->> 'userId', data -> 'tag' ->> 'userId')))
        """;

    [Fact]
    public async Task Nobody_reaches_another_users_tasks_categories_or_tags_by_any_route()
    {
        var (owner, other) = (platform.NewUser(), platform.NewUser());
        var (theirs, own) = (await Things.CreateAsync(owner, Mark), await Things.CreateAsync(other, "mine"));
        var before = await platform.QueryAsync<string>(Everything, owner.UserId);
        // What ends an object comes last, so that each request can be seen to work for the owner.
        var routes = (await ApiRoutesOf.BackendAsync()).OrderBy(r => r.Method == "DELETE").ThenByDescending(r => r.Pattern.Length).ToList();
        Assert.NotEmpty(routes);

        foreach (var (method, pattern) in routes)
        {
            var paths = Things.Paths(pattern, theirs, own).ToList();
            foreach (var path in paths)
            {
                using var response = await other.RequestAsync(new HttpMethod(method), path, Things.Body(method, pattern), Guid.NewGuid().ToString());
                var what = $"{method} {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
                Assert.True(pattern.Contains('{', StringComparison.Ordinal) ? response.StatusCode == HttpStatusCode.NotFound : response.IsSuccessStatusCode, what);
                Assert.DoesNotContain(Mark, what, StringComparison.Ordinal);
            }

            Assert.Equal(before, await platform.QueryAsync<string>(Everything, owner.UserId));
        }

        // The same requests do what they should for the one whose numbers these are: it was not the path that was wrong.
        foreach (var (method, pattern) in routes.Where(r => r.Pattern.Contains('{', StringComparison.Ordinal)))
        {
            using var response = await owner.RequestAsync(new HttpMethod(method), Things.Paths(pattern, theirs, theirs).First(), Things.Body(method, pattern));
            Assert.True(response.IsSuccessStatusCode, $"{method} {pattern}: {(int)response.StatusCode}");
        }
    }

    [Fact]
    public async Task Filters_by_another_users_category_or_tag_find_nothing()
    {
        var (owner, other) = (platform.NewUser(), platform.NewUser());
        var theirs = await Things.CreateAsync(owner, Mark);
        await Things.CreateAsync(other, "mine");
        Assert.Single(await owner.ListAsync($"?category={theirs.Category}&tag={theirs.Tag}"));
        Assert.Empty(await other.ListAsync($"?category={theirs.Category}"));
        Assert.Empty(await other.ListAsync($"?tag={theirs.Tag}"));
    }

    /// <summary>One of each, of one user.</summary>
    private sealed record Things(long Task, long Category, long Tag, long Reminder)
    {
        public static async Task<Things> CreateAsync(ApiClient user, string text)
        {
            var category = (long)(await user.JsonAsync(HttpMethod.Post, "api/v1/categories", new { name = text }))["id"]!;
            var tag = (long)(await user.JsonAsync(HttpMethod.Post, "api/v1/tags", new { name = text }))["id"]!;
            var task = (await user.CreateAsync(new { title = text, description = text, categoryId = category, tagIds = new[] { tag } })).Id;
            var reminder = (long)(await user.JsonAsync(HttpMethod.Post, $"api/v1/tasks/{task}/reminders", new { remindAt = "2032-01-01T08:00:00Z" }))["id"]!;
            return new Things(task, category, tag, reminder);
        }

        /// <summary>The path with their numbers in it: all of them, and each alone beside the caller's own.</summary>
        public static IEnumerable<string> Paths(string pattern, Things theirs, Things own)
        {
            string[] names = [.. pattern.Split('/').Where(part => part.StartsWith('{'))];
            if (names.Length == 0)
            {
                return [pattern];
            }

            return Enumerable.Range(1, (1 << names.Length) - 1).Reverse().Select(mask => Enumerable.Range(0, names.Length).Aggregate(
                pattern, (path, n) => path.Replace(names[n], $"{((mask >> n & 1) == 1 ? theirs : own).Number(pattern, names[n])}", StringComparison.Ordinal)));
        }

        public static object? Body(string method, string pattern) => (method, pattern) switch
        {
            ("POST" or "PATCH", "/api/v1/tasks" or "/api/v1/tasks/{id:long}") => new { title = "Changed" },
            ("POST" or "PATCH", "/api/v1/categories" or "/api/v1/tags" or "/api/v1/categories/{id:long}" or "/api/v1/tags/{id:long}") => new { name = "Changed" },
            ("POST", "/api/v1/tasks/{id:long}/reminders") => new { remindAt = "2031-01-01T08:00:00Z" },
            _ => null,
        };

        private long Number(string pattern, string name) => (name, pattern.Split('/')[3]) switch
        {
            ("{tagId:long}", _) or (_, "tags") => Tag,
            (_, "categories") => Category,
            (_, "reminders") => Reminder,
            (_, "tasks") => Task,
            var unknown => throw new InvalidOperationException($"Say here what {unknown} is a number of."),
        };
    }
}
