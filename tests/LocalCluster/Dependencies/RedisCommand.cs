using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace LocalCluster.Dependencies;

/// <summary>One command to Redis over a connection of its own, in RESP2.</summary>
public static class RedisCommand
{
    /// <returns>Text, number (long), null, or an array of these; an error throws.</returns>
    public static async Task<object?> SendAsync(string host, int port, params string[] arguments)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host, port);
        await using var stream = client.GetStream();
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{arguments.Length}\r\n");
        foreach (var argument in arguments)
        {
            request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(argument)}\r\n{argument}\r\n");
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()));
        using var reader = new BinaryReader(new BufferedStream(stream));
        return Read(reader);
    }

    private static object? Read(BinaryReader reader)
    {
        var line = Line(reader);
        var length = line[0] is '$' or '*' ? int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture) : 0;
        return line[0] switch
        {
            '+' => line[1..],
            ':' => long.Parse(line.AsSpan(1), CultureInfo.InvariantCulture),
            '$' => length < 0 ? null : Encoding.UTF8.GetString(reader.ReadBytes(length + 2).AsSpan(0, length)),
            '*' => length < 0 ? null : Enumerable.Range(0, length).Select(_ => Read(reader)).ToArray(),
            _ => throw new InvalidOperationException(line),
        };
    }

    private static string Line(BinaryReader reader)
    {
        var line = new StringBuilder();
        while (reader.ReadByte() is var value && value != '\r')
        {
            line.Append((char)value);
        }

        reader.ReadByte();
        return line.ToString();
    }
}
