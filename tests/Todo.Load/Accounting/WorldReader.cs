using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Todo.Load.Journaling;

namespace Todo.Load.Accounting;

/// <summary>Reads the world: table <c>tasks</c> and the mails in the sink. Nothing else is looked at.</summary>
internal sealed class WorldReader(NpgsqlDataSource database, HttpClient http, Uri mails)
{
    private const string Header = "X-Todo-Reminder";
    private const string Select = """
        select id, user_id, title, priority, completed, due_at, series_id, occurrence from tasks where user_id = any($1)
        """;

    public async Task<World> ReadAsync(string[] users, CancellationToken cancellationToken) =>
        new(await TasksAsync(users, cancellationToken), await MailsAsync(cancellationToken));

    private async Task<IReadOnlyList<WorldTask>> TasksAsync(string[] users, CancellationToken cancellationToken)
    {
        var tasks = new List<WorldTask>();
        await using var command = database.CreateCommand(Select);
        command.Parameters.Add(new() { Value = users });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            var fields = new TaskFields(row.GetString(2), row.GetString(3), row.GetBoolean(4), Time(row, 5));
            tasks.Add(new WorldTask(row.GetInt64(0), row.GetString(1), fields, row.IsDBNull(6) ? null : row.GetGuid(6), Time(row, 7)));
        }

        return tasks;
    }

    private async Task<IReadOnlyList<WorldMail>> MailsAsync(CancellationToken cancellationToken)
    {
        var sink = await http.GetFromJsonAsync(mails, WorldJson.Default.ListSinkMail, cancellationToken) ?? [];
        return [.. sink.Where(m => m.Headers.ContainsKey(Header)).Select(m => new WorldMail(m.Headers[Header], m.To, m.MessageId))];
    }

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}

/// <summary>A mail as the sink lists it, as far as it matters here.</summary>
internal sealed record SinkMail(IReadOnlyList<string> To, string? MessageId, IReadOnlyDictionary<string, string> Headers);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(List<SinkMail>))]
internal sealed partial class WorldJson : JsonSerializerContext;
