using System.Net;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Api;

/// <summary>ETag, If-Match and If-None-Match, from outside.</summary>
[Collection(nameof(Platform))]
public sealed class ConditionTests(Platform platform)
{
    [Theory]
    [InlineData("tasks", "title")]
    [InlineData("categories", "name")]
    [InlineData("tags", "name")]
    public async Task A_change_that_was_based_on_an_older_version_is_refused(string path, string field)
    {
        var user = platform.NewUser();
        using var created = await user.RequestAsync(HttpMethod.Post, $"api/v1/{path}", new Dictionary<string, string> { [field] = "One" }, "key");
        var url = created.Headers.Location!.ToString();
        var first = created.Headers.ETag!.ToString();
        using var repeated = await user.RequestAsync(HttpMethod.Post, $"api/v1/{path}", new Dictionary<string, string> { [field] = "One" }, "key");
        Assert.Equal(first, repeated.Headers.ETag!.ToString());

        var (status, second) = await ChangeAsync("Two", first);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEqual(first, second);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await ChangeAsync("Three", first)).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await ChangeAsync("Three", $"W/{second}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await ChangeAsync("Three", "2")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync("Three", $"{first}, {second}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync("Four", "*")).Status);
        Assert.Equal("Four", (string?)(await user.JsonAsync(HttpMethod.Get, url))[field]);

        Assert.Equal(HttpStatusCode.PreconditionFailed, await StatusAsync(HttpMethod.Delete, ("If-Match", first)));
        using var current = await user.RequestAsync(HttpMethod.Get, url);
        var tag = current.Headers.ETag!.ToString();
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(HttpMethod.Get, ("If-None-Match", tag)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, ("If-None-Match", first)));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(HttpMethod.Delete, ("If-Match", tag)));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Delete, ("If-Match", tag)));

        async Task<(HttpStatusCode Status, string? ETag)> ChangeAsync(string text, string ifMatch)
        {
            using var response = await user.RequestAsync(HttpMethod.Patch, url, new Dictionary<string, string> { [field] = text }, null, ("If-Match", ifMatch));
            return (response.StatusCode, response.Headers.ETag?.ToString());
        }

        async Task<HttpStatusCode> StatusAsync(HttpMethod method, (string, string) header)
        {
            using var response = await user.RequestAsync(method, url, null, null, header);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Of_two_who_change_the_same_version_at_once_one_is_refused()
    {
        var user = platform.NewUser();
        var task = await user.CreateAsync(new { title = "x" });
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            using var response = await user.RequestAsync(HttpMethod.Patch, $"api/v1/tasks/{task.Id}", new { title = $"{n}" }, null, ("If-Match", "\"1\""));
            return response.StatusCode;
        }));
        Assert.Equal((1, 7), (answers.Count(s => s == HttpStatusCode.OK), answers.Count(s => s == HttpStatusCode.PreconditionFailed)));
        Assert.Equal(2, Assert.Single(await user.ListAsync()).Version);
    }
}
