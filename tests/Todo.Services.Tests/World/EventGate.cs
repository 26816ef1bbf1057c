using Npgsql;

namespace Todo.Services.Tests.World;

/// <summary>
/// Holds every transaction of a database where it writes an event: work that is in hand for as long as a test wants. It takes the lock alone that events share (<c>messaging.add_event</c>).
/// </summary>
internal sealed class EventGate : IAsyncDisposable
{
    private const string Key = "1836412275, 1";

    private const string Held = """
        select count(*) from pg_locks
        where locktype = 'advisory' and classid = 1836412275 and objid = 1 and objsubid = 2 and not granted and database = (select oid from pg_database where datname = current_database())
        """;

    private readonly Database _database;
    private readonly NpgsqlConnection _connection;

    private EventGate(string connectionString)
    {
        _database = new Database(connectionString);
        _connection = new NpgsqlConnection(connectionString + ";Pooling=false");
    }

    public static async Task<EventGate> CloseAsync(string connectionString)
    {
        var gate = new EventGate(connectionString);
        await gate._connection.OpenAsync();
        await using var command = new NpgsqlCommand($"select pg_advisory_lock({Key})", gate._connection);
        await command.ExecuteNonQueryAsync();
        return gate;
    }

    /// <summary>Waits until so many transactions stand before it.</summary>
    public Task HoldsAsync(int count) => Eventually.SeeAsync($"{count} transactions held", () => _database.QueryAsync<long>(Held), held => held == count);

    /// <summary>Waits until any stand before it.</summary>
    public Task HoldsSomeAsync() => Eventually.SeeAsync("transactions held", () => _database.QueryAsync<long>(Held), held => held > 0);

    /// <summary>Lets all of them go on.</summary>
    public ValueTask OpenAsync() => _connection.DisposeAsync();

    public ValueTask DisposeAsync() => OpenAsync();
}
