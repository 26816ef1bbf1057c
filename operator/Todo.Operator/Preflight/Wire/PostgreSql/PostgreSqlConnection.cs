using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Todo.Operator.Preflight.Wire.PostgreSql;

/// <summary>A connection of its own for a query or two: not from a pool, and asking nothing at its start, so that the check sees what lies on the way.</summary>
internal sealed class PostgreSqlConnection : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private readonly PostgreSqlAddress _address;

    private PostgreSqlConnection(PostgreSqlAddress address)
    {
        // Types would be asked for at the start; only built-in ones are read here.
        _source = new NpgsqlDataSourceBuilder(Settings(address)).ConfigureTypeLoading(t => t.EnableTypeLoading(false)).Build();
        (_connection, _address) = (_source.CreateConnection(), address);
    }

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="WireFailure">It did not come so far.</exception>
    public static async Task<PostgreSqlConnection> OpenAsync(PostgreSqlAddress address, CancellationToken cancellationToken)
    {
        var connection = new PostgreSqlConnection(address);
        try
        {
            await connection.TryAsync(WireStage.LogIn, async () => await connection._connection.OpenAsync(cancellationToken));
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a query; the first column of its first row.</summary>
    public async Task<string?> AskAsync(string sql, CancellationToken cancellationToken)
    {
        object? value = null;
        await TryAsync(
            WireStage.Ask,
            async () =>
            {
                await using var command = new NpgsqlCommand(sql, _connection);
                value = await command.ExecuteScalarAsync(cancellationToken);
            });
        return value is null or DBNull ? null : Convert.ToString(value, CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _source.DisposeAsync();
    }

    private static string Settings(PostgreSqlAddress address)
    {
        var seconds = (int)WireConnection.Limit.TotalSeconds;
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = address.Endpoint.Host,
            Port = address.Endpoint.Port,
            Username = address.User,
            Database = address.Database,
            SslMode = address.Tls switch
            {
                PostgreSqlTls.No => SslMode.Disable,
                PostgreSqlTls.Prefer => SslMode.Prefer,
                PostgreSqlTls.Require => SslMode.Require,
                _ => SslMode.VerifyFull,
            },
            GssEncryptionMode = GssEncryptionMode.Disable,
            ApplicationName = "todo-operator",
            Pooling = false,
            Timeout = seconds,
            CommandTimeout = seconds,
        };
        if (address.Password.Length > 0)
        {
            settings.Password = address.Password;
        }

        return settings.ConnectionString;
    }

    private async Task TryAsync(WireStage stage, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (PostgresException e)
        {
            throw new WireFailure(stage, $"{_address.Endpoint} refuses: {e.MessageText}.");
        }
        catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException or AuthenticationException)
        {
            throw Failure(stage, e);
        }
    }

    private WireFailure Failure(WireStage stage, Exception thrown) => (thrown is NpgsqlException ? thrown.InnerException : thrown) switch
    {
        SocketException e => new WireFailure(WireStage.Connect, $"{_address.Endpoint} does not accept connections ({e.SocketErrorCode})."),
        TimeoutException => new WireFailure(stage == WireStage.LogIn ? WireStage.Connect : stage, $"{_address.Endpoint} does not answer within {WireConnection.Limit.TotalSeconds:0} s."),
        AuthenticationException e => new WireFailure(WireStage.Encrypt, $"TLS with {_address.Endpoint} failed: {(e.InnerException ?? e).Message.TrimEnd('.')}."),
        IOException => new WireFailure(stage, $"{_address.Endpoint} accepts connections, but closed this one."),

        // Asked for TLS, the server has answered N.
        null when stage == WireStage.LogIn && _address.Tls is PostgreSqlTls.Require or PostgreSqlTls.Verify =>
            new WireFailure(WireStage.Encrypt, $"{_address.Endpoint} offers no TLS, but sslmode asks for it."),
        var other => new WireFailure(stage, $"{_address.Endpoint} cannot be asked: {(other ?? thrown).Message.TrimEnd('.')}."),
    };
}
