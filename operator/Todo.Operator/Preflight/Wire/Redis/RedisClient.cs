using System.Globalization;
using System.Text;

namespace Todo.Operator.Preflight.Wire.Redis;

/// <summary>An answer of Redis: a text (null for none), or several, or an error.</summary>
/// <param name="Text">The text.</param>
/// <param name="Items">The items of an array.</param>
/// <param name="Error">The error, with its code in front: <c>WRONGPASS …</c>.</param>
internal sealed record RedisReply(string? Text, IReadOnlyList<RedisReply>? Items = null, string? Error = null)
{
    /// <summary>First word of the error, by which Redis tells its kind.</summary>
    public string? ErrorCode => Error?.Split(' ', 2)[0];

    /// <summary>The values of a map, which RESP 2 gives as names and values in turn. A value that is no text is null.</summary>
    public Dictionary<string, string?> Fields() =>
        (Items ?? []).Chunk(2).Where(static p => p is [{ Text: not null }, _]).ToDictionary(static p => p[0].Text!, static p => p[1].Text, StringComparer.Ordinal);
}

/// <summary>
/// The few commands of Redis that the checks ask, over RESP 2 (the Redis serialization protocol specification). Written by hand, because four commands are no
/// reason to carry a client library.
/// </summary>
internal sealed class RedisClient : IAsyncDisposable
{
    private const int LongestReply = 1 << 20;

    private readonly WireConnection _connection;

    private RedisClient(WireConnection connection) => _connection = connection;

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="WireFailure">It did not come so far.</exception>
    public static async Task<RedisClient> ConnectAsync(WireEndpoint endpoint, TlsSettings? tls, string? user, string? password, CancellationToken cancellationToken)
    {
        var client = new RedisClient(await WireConnection.OpenAsync(endpoint, cancellationToken));
        try
        {
            if (tls is not null)
            {
                await client._connection.EncryptAsync(tls, cancellationToken);
            }

            await client.LogInAsync(endpoint, user, password, cancellationToken);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends one command.</summary>
    public Task<RedisReply> AskAsync(CancellationToken cancellationToken, params string[] command) => SendAsync(WireStage.Ask, command, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task LogInAsync(WireEndpoint endpoint, string? user, string? password, CancellationToken cancellationToken)
    {
        if (password is not null)
        {
            string[] login = user is null ? ["AUTH", password] : ["AUTH", user, password];
            var answer = await SendAsync(WireStage.LogIn, login, cancellationToken);
            if (answer.Error is { } refused)
            {
                throw new WireFailure(WireStage.LogIn, $"{endpoint} refuses the login: {refused.TrimEnd('.')}.");
            }
        }

        var pong = await SendAsync(WireStage.LogIn, ["PING"], cancellationToken);
        if (pong.Error is { } error)
        {
            throw new WireFailure(WireStage.LogIn, pong.ErrorCode == "NOAUTH"
                ? $"{endpoint} asks for a password."
                : $"{endpoint} answers PING with: {error.TrimEnd('.')}.");
        }
    }

    private async Task<RedisReply> SendAsync(WireStage stage, string[] command, CancellationToken cancellationToken)
    {
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (var word in command)
        {
            request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }

        RedisReply? reply = null;
        await _connection.TryAsync(
            stage,
            async token =>
            {
                await _connection.Stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()), token);
                reply = await ReadAsync(token);
            },
            cancellationToken);
        return reply!;
    }

    private async Task<RedisReply> ReadAsync(CancellationToken cancellationToken)
    {
        var line = await LineAsync(cancellationToken);
        switch (line.Length == 0 ? ' ' : line[0])
        {
            case '+' or ':':
                return new RedisReply(line[1..]);
            case '-':
                return new RedisReply(null, Error: line[1..]);
            case '$':
                return new RedisReply(await BulkAsync(Length(line), cancellationToken));
            case '*':
                List<RedisReply> items = [];
                for (var left = Length(line); left > 0; left--)
                {
                    items.Add(await ReadAsync(cancellationToken));
                }

                return new RedisReply(null, items);
            default:
                throw new InvalidDataException("this is not the protocol of Redis");
        }
    }

    private async Task<string?> BulkAsync(int length, CancellationToken cancellationToken)
    {
        if (length < 0)
        {
            return null;
        }

        var bytes = new byte[length + 2];
        await _connection.Stream.ReadExactlyAsync(bytes, cancellationToken);
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < LongestReply)
        {
            await _connection.Stream.ReadExactlyAsync(one, cancellationToken);
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }

        throw new InvalidDataException("a line without end");
    }

    private static int Length(string line) =>
        int.TryParse(line.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var length) && length <= LongestReply
            ? length
            : throw new InvalidDataException("a length that is none");
}
