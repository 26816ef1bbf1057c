using System.Globalization;
using System.Text.Json.Serialization;
using Npgsql;
using NpgsqlTypes;
using Todo.Backend.Tasks;

namespace Todo.Backend.Search;

/// <summary>
/// Full-text search over a user's titles and descriptions, best first: a word of the title weighs more than one of the description. The query is what search
/// engines take: words, "phrases", or, -not. English words are found in all their forms, all others as they are.
/// </summary>
internal sealed class TaskSearch(NpgsqlDataSource database)
{
    public const int MaxQuery = 200;
    public const int MaxLimit = 100;
    public const int DefaultLimit = 50;

    private const string Query = "(websearch_to_tsquery('english', $2) || websearch_to_tsquery('simple', $2))";

    private const string Matching = $"""
        select {TaskRow.Columns}, ts_rank(search, {Query}) from tasks
        where user_id = $1 and search @@ {Query} and (ts_rank(search, {Query}), id) < ($3, $4)
        order by ts_rank(search, {Query}) desc, id desc limit $5
        """;

    // Without a word to look for, everything: newest first.
    private const string All = $"select {TaskRow.Columns}, 0::real from tasks where user_id = $1 and id < $2 order by id desc limit $3";

    public async Task<SearchPage> SearchAsync(string userId, string text, SearchCursor? after, int limit, CancellationToken cancellationToken)
    {
        var isAll = string.IsNullOrWhiteSpace(text);
        await using var command = database.CreateCommand(isAll ? All : Matching);
        command.Parameters.Add(new() { Value = userId });
        if (!isAll)
        {
            command.Parameters.Add(new() { Value = text });
            command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Real, Value = after?.Rank ?? float.PositiveInfinity });
        }

        command.Parameters.Add(new() { Value = after?.Id ?? long.MaxValue });
        command.Parameters.Add(new() { Value = limit + 1 });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<SearchHit>();
        while (await row.ReadAsync(cancellationToken))
        {
            if (items.Count == limit)
            {
                return new SearchPage(items, new SearchCursor(items[^1].Rank, items[^1].Task.Id).ToString());
            }

            items.Add(new SearchHit(row.GetFloat(TaskRow.Next), TaskResponse.Of(TaskRow.Read(row))));
        }

        return new SearchPage(items, null);
    }
}

/// <summary>A task that was found.</summary>
/// <param name="Rank">How well it matches; comparable within one search.</param>
internal sealed record SearchHit(float Rank, TaskResponse Task);

/// <param name="NextCursor">For <c>cursor=</c>; absent on the last page.</param>
internal sealed record SearchPage(
    IReadOnlyList<SearchHit> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? NextCursor);

/// <summary>Where a page of hits ended.</summary>
internal readonly record struct SearchCursor(float Rank, long Id)
{
    public static bool TryParse(string text, out SearchCursor cursor)
    {
        cursor = default;
        var parts = text.Split('_');
        if (parts.Length != 2
            || !float.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var rank)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        cursor = new SearchCursor(rank, id);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rank:R}_{Id}");
}
