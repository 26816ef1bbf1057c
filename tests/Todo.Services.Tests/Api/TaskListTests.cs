using System.Net;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Api;

/// <summary>Filters, order and pages of the list of tasks, from outside.</summary>
[Collection(nameof(Platform))]
public sealed class TaskListTests(Platform platform)
{
    [Fact]
    public async Task Filters_are_combined_with_and_and_tags_among_themselves_with_or()
    {
        var user = platform.NewUser();
        long home = await IdAsync("categories"), red = await IdAsync("tags", "red"), blue = await IdAsync("tags", "blue");
        await user.CreateAsync(new { title = "A", priority = "high", categoryId = home, tagIds = new[] { red }, dueAt = "2030-01-01T10:00:00Z" });
        await user.CreateAsync(new { title = "B", priority = "low", categoryId = home, tagIds = new[] { blue }, dueAt = "2030-01-02T10:00:00Z" });
        await user.CreateAsync(new { title = "C", priority = "high", tagIds = new[] { red, blue } });
        await user.CompleteAsync((await user.CreateAsync(new { title = "D", priority = "high", dueAt = "2030-01-03T10:00:00Z" })).Id);

        Assert.Equal("DCBA", await TitlesAsync(""));
        Assert.Equal("DCA", await TitlesAsync("?priority=high"));
        Assert.Equal("CA", await TitlesAsync("?priority=high&status=pending"));
        Assert.Equal("BA", await TitlesAsync($"?category={home}"));
        Assert.Equal("CA", await TitlesAsync($"?tag={red}"));
        Assert.Equal("CBA", await TitlesAsync($"?tag={red}&tag={blue}"));
        Assert.Equal("A", await TitlesAsync($"?tag={red}&category={home}"));
        Assert.Equal("BA", await TitlesAsync("?dueBefore=2030-01-03T10:00:00Z"));
        Assert.Equal("B", await TitlesAsync("?dueBefore=2030-01-03T10:00:00Z&dueAfter=2030-01-01T10:00:00Z"));
        Assert.Equal("A", await TitlesAsync("?dueBefore=2030-01-01T12:00:00%2B01:00"));
        Assert.Equal("", await TitlesAsync("?category=999999999"));

        async Task<string> TitlesAsync(string query) => string.Concat((await user.ListAsync(query)).Select(t => t.Title));
        async Task<long> IdAsync(string path, string name = "n") => (long)(await user.JsonAsync(HttpMethod.Post, $"api/v1/{path}", new { name }))["id"]!;
    }

    [Theory]
    [InlineData("sort=dueAt", "BEADCF")]
    [InlineData("sort=dueAt&order=desc", "DAEBFC")]
    [InlineData("sort=priority", "FCEBDA")]
    [InlineData("sort=priority&order=asc", "ADBECF")]
    [InlineData("sort=updatedAt", "AFEDCB")]
    [InlineData("sort=createdAt&order=asc", "ABCDEF")]
    [InlineData("", "FEDCBA")]
    public async Task Pages_follow_each_other_in_every_order_and_tasks_without_date_come_last(string sort, string expected)
    {
        var user = platform.NewUser();
        var first = await user.CreateAsync(new { title = "A", priority = "low", dueAt = "2030-01-03T00:00:00Z" });
        await user.CreateAsync(new { title = "B", priority = "medium", dueAt = "2030-01-01T00:00:00Z" });
        await user.CreateAsync(new { title = "C", priority = "urgent" });
        await user.CreateAsync(new { title = "D", priority = "low", dueAt = "2030-01-04T00:00:00Z" });
        await user.CreateAsync(new { title = "E", priority = "high", dueAt = "2030-01-02T00:00:00Z" });
        await user.CreateAsync(new { title = "F", priority = "urgent" });
        await user.UpdateAsync(first.Id, new { description = "changed last" });

        var seen = "";
        var cursor = "";
        do
        {
            var page = await user.JsonAsync(HttpMethod.Get, $"api/v1/tasks?limit=2&cursor={cursor}&{sort}");
            seen += string.Concat(page["items"]!.AsArray().Select(t => (string?)t!["title"]));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);

        Assert.Equal(expected, seen);
    }

    [Theory]
    [InlineData("priority=huge", "priority")]
    [InlineData("category=home", "category")]
    [InlineData("tag=1&tag=x", "tag")]
    [InlineData("dueBefore=tomorrow", "dueBefore")]
    [InlineData("dueAfter=2030", "dueAfter")]
    [InlineData("sort=title", "sort")]
    [InlineData("order=up", "order")]
    [InlineData("cursor=1.2.3", "cursor")]
    [InlineData("limit=0&status=open", "status limit")]
    public async Task What_is_wrong_in_a_query_is_named(string query, string fields) =>
        Assert.Equal((HttpStatusCode.BadRequest, fields), await platform.NewUser().RefusalAsync(HttpMethod.Get, $"api/v1/tasks?{query}"));
}
