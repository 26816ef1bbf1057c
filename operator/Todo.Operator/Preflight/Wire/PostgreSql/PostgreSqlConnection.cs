using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Todo.Operator.Preflight.Wire.PostgreSql;

/// <summary>
/// A login at PostgreSQL and a query or two. Source: PostgreSQL documentation, "Frontend/Backend Protocol", version 3.0. By hand only to keep a database library out of the
/// operator; what Npgsql would cost it has not been measured.
/// </summary>
internal sealed class PostgreSqlConnection : IAsyncDisposable
{
    private const int ProtocolVersion = 3 << 16;
    private const int TlsRequest = (1234 << 16) | 5679;
    private const int LongestMessage = 1 << 20;

    private readonly WireConnection _connection;
    private readonly PostgreSqlAddress _address;

    private PostgreSqlConnection(WireConnection connection, PostgreSqlAddress address) => (_connection, _address) = (connection, address);

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="WireFailure">It did not come so far.</exception>
    public static async Task<PostgreSqlConnection> OpenAsync(PostgreSqlAddress address, CancellationToken cancellationToken)
    {
        var connection = new PostgreSqlConnection(await WireConnection.OpenAsync(address.Endpoint, cancellationToken), address);
        try
        {
            await connection.EncryptAsync(cancellationToken);
            await connection._connection.TryAsync(WireStage.LogIn, connection.LogInAsync, cancellationToken);
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
        string? value = null;
        await _connection.TryAsync(
            WireStage.Ask,
            async token =>
            {
                await SendAsync('Q', Text(sql), token);
                for (var message = await ReadAsync(token); message.Type != 'Z'; message = await ReadAsync(token))
                {
                    value = message.Type switch
                    {
                        'D' => value ?? FirstColumn(message.Body),
                        'E' => throw Refused(WireStage.Ask, message.Body),
                        _ => value,
                    };
                }
            },
            cancellationToken);
        return value;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task EncryptAsync(CancellationToken cancellationToken)
    {
        if (_address.Tls == PostgreSqlTls.No)
        {
            return;
        }

        var answer = new byte[1];
        await _connection.TryAsync(
            WireStage.Encrypt,
            async token =>
            {
                await _connection.Stream.WriteAsync((byte[])[.. Number(8), .. Number(TlsRequest)], token);
                await _connection.Stream.ReadExactlyAsync(answer, token);
            },
            cancellationToken);
        switch ((char)answer[0])
        {
            case 'S':
                await _connection.EncryptAsync(new TlsSettings(AnyServer: _address.Tls != PostgreSqlTls.Verify), cancellationToken);
                break;
            case 'N' when _address.Tls is PostgreSqlTls.Require or PostgreSqlTls.Verify:
                throw new WireFailure(WireStage.Encrypt, $"{_address.Endpoint} offers no TLS, but sslmode asks for it.");
        }
    }

    private async Task LogInAsync(CancellationToken cancellationToken)
    {
        byte[] parameters = [.. Text("user"), .. Text(_address.User), .. Text("database"), .. Text(_address.Database), .. Text("application_name"), .. Text("todo-operator"), 0];
        await _connection.Stream.WriteAsync((byte[])[.. Number(8 + parameters.Length), .. Number(ProtocolVersion), .. parameters], cancellationToken);
        var scram = new Scram(HashAlgorithmName.SHA256, string.Empty, _address.Password);
        while (true)
        {
            var (type, body) = await ReadAsync(cancellationToken);
            switch (type)
            {
                case 'E':
                    throw Refused(WireStage.LogIn, body);
                case 'R':
                    await AuthenticateAsync(body, scram, cancellationToken);
                    break;
                case 'Z':
                    return;
            }
        }
    }

    private async Task AuthenticateAsync(byte[] body, Scram scram, CancellationToken cancellationToken)
    {
        switch (BinaryPrimitives.ReadInt32BigEndian(body))
        {
            case 0 or 12:
                break;
            case 3:
                await SendAsync('p', Text(_address.Password), cancellationToken);
                break;
            case 5:
                await SendAsync('p', Text(Md5(body[4..])), cancellationToken);
                break;
            case 10:
                var first = scram.First();
                await SendAsync('p', [.. Text("SCRAM-SHA-256"), .. Number(first.Length), .. first], cancellationToken);
                break;
            case 11:
                await SendAsync('p', scram.Final(body[4..]), cancellationToken);
                break;
            case var other:
                throw new WireFailure(WireStage.LogIn, $"{_address.Endpoint} asks for a kind of login that cannot be checked here (code {other}).");
        }
    }

    /// <summary>MD5 because PostgreSQL's older login is made of it.</summary>
    private string Md5(byte[] salt)
    {
#pragma warning disable CA5351
        var inner = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(_address.Password + _address.User)));
        return "md5" + Convert.ToHexStringLower(MD5.HashData([.. Encoding.UTF8.GetBytes(inner), .. salt]));
#pragma warning restore CA5351
    }

    private async Task SendAsync(char type, byte[] body, CancellationToken cancellationToken) =>
        await _connection.Stream.WriteAsync((byte[])[(byte)type, .. Number(4 + body.Length), .. body], cancellationToken);

    private async Task<(char Type, byte[] Body)> ReadAsync(CancellationToken cancellationToken)
    {
        var head = new byte[5];
        await _connection.Stream.ReadExactlyAsync(head, cancellationToken);
        var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1)) - 4;
        if (length is < 0 or > LongestMessage)
        {
            throw new InvalidDataException("this is not the protocol of PostgreSQL");
        }

        var body = new byte[length];
        await _connection.Stream.ReadExactlyAsync(body, cancellationToken);
        return ((char)head[0], body);
    }

    /// <summary>An ErrorResponse is a list of fields, each a letter and a text; M is the message.</summary>
    private WireFailure Refused(WireStage stage, byte[] body)
    {
        var fields = Encoding.UTF8.GetString(body).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        var words = fields.FirstOrDefault(f => f[0] == 'M')?[1..] ?? "without a reason";
        return new WireFailure(stage, $"{_address.Endpoint} refuses: {words}.");
    }

    private static string? FirstColumn(byte[] row)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(row.AsSpan(2));
        return length < 0 ? null : Encoding.UTF8.GetString(row, 6, length);
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Text(string value) => [.. Encoding.UTF8.GetBytes(value), 0];
}
