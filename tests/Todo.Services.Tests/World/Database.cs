using Npgsql;

namespace Todo.Services.Tests.World;

/// <summary>A look into a database from outside.</summary>
public sealed class Database(string connectionString)
{
    /// <summary>The first column of the first row; the default when there is none.</summary>
    public async Task<T?> QueryAsync<T>(string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters.Select(value => new NpgsqlParameter { Value = value }).ToArray());
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }
}
