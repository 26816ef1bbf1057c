using System.Net;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Api;

/// <summary>Full-text search, from outside.</summary>
[Collection(nameof(Platform))]
public sealed class SearchTests(Platform platform)
{
    [Fact]
    public async Task Search_finds_words_a_title_ranks_above_a_description_and_an_empty_query_returns_all()
    {
        var (user, other) = (platform.NewUser(), platform.NewUser());
        await other.CreateAsync(new { title = "Water the plants of another" });
        await user.CreateAsync(new { title = "Water the plants" });
        await user.CreateAsync(new { title = "Shopping", description = "water, water, water and once more water, for the plant and every other plant" });
        await user.CreateAsync(new { title = "Was essen wir?", description = "Grüne Bohnen" });

        Assert.Equal("Water the plants, Shopping", await FindAsync("water"));
        Assert.Equal("Water the plants, Shopping", await FindAsync("PLANT"));
        Assert.Equal("Water the plants, Shopping", await FindAsync("watering planted"));
        Assert.Equal("Water the plants", await FindAsync("\"water the plants\""));
        Assert.Equal("Water the plants", await FindAsync("plants -shopping"));
        Assert.Equal("Shopping, Was essen wir?", await FindAsync("bohnen or shop"));
        Assert.Equal("Was essen wir?", await FindAsync("was"));
        Assert.Equal("Was essen wir?", await FindAsync("grüne"));
        Assert.Equal("", await FindAsync("water essen"));
        Assert.Equal("", await FindAsync("!!! & | ('"));
        Assert.Equal("Was essen wir?, Shopping, Water the plants", await FindAsync(""));
        Assert.Equal("Was essen wir?, Shopping, Water the plants", await FindAsync("  "));

        async Task<string> FindAsync(string query) => string.Join(", ", await TitlesAsync(user, query));
    }

    [Fact]
    public async Task What_is_found_follows_the_task_and_comes_in_pages()
    {
        var user = platform.NewUser();
        for (var n = 0; n < 5; n++)
        {
            await user.CreateAsync(new { title = n % 2 == 0 ? $"Call number {n}" : $"Number {n}", description = n % 2 == 0 ? null : "call" });
        }

        Assert.Equal(["Call number 4", "Call number 2", "Call number 0", "Number 3", "Number 1"], await TitlesAsync(user, "call", limit: 2));
        Assert.Equal(["Call number 4", "Number 3", "Call number 2", "Number 1", "Call number 0"], await TitlesAsync(user, "", limit: 2));
        var task = (await user.ListAsync())[0];
        await user.UpdateAsync(task.Id, new { title = "Write instead" });
        Assert.DoesNotContain("Call number 4", await TitlesAsync(user, "call"));
        Assert.Equal(["Write instead"], await TitlesAsync(user, "writing"));

        Assert.Equal((HttpStatusCode.BadRequest, "q limit cursor"), await user.RefusalAsync(HttpMethod.Get, $"api/v1/tasks/search?q={new string('x', 201)}&limit=101&cursor=1"));
    }

    private static async Task<List<string>> TitlesAsync(ApiClient user, string query, int limit = 50)
    {
        var titles = new List<string>();
        string? cursor = "";
        do
        {
            var page = await user.JsonAsync(HttpMethod.Get, $"api/v1/tasks/search?q={Uri.EscapeDataString(query)}&limit={limit}&cursor={cursor}");
            titles.AddRange(page["items"]!.AsArray().Select(hit => (string)hit!["task"]!["title"]!));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);

        return titles;
    }
}
