using System.Text;

namespace LocalCluster.Sidecar.Redis;

/// <summary>What kind of reply a <see cref="RespValue"/> is.</summary>
internal enum RespKind
{
    Null,
    Text,
    Integer,
    Error,
    Array,
}

/// <summary>One reply of the RESP3 protocol. Maps and sets are arrays (a map is key, value, key, value).</summary>
internal sealed class RespValue
{
    public static readonly RespValue Null = new(RespKind.Null, [], 0, []);

    private RespValue(RespKind kind, byte[] bytes, long integer, RespValue[] items)
    {
        Kind = kind;
        Bytes = bytes;
        Integer = integer;
        Items = items;
    }

    public RespKind Kind { get; }

    public byte[] Bytes { get; }

    public long Integer { get; }

    public RespValue[] Items { get; }

    public string Text => Encoding.UTF8.GetString(Bytes);

    public static RespValue FromBytes(byte[] bytes) => new(RespKind.Text, bytes, 0, []);

    public static RespValue FromInteger(long value) => new(RespKind.Integer, [], value, []);

    public static RespValue FromError(byte[] message) => new(RespKind.Error, message, 0, []);

    public static RespValue FromItems(RespValue[] items) => new(RespKind.Array, [], 0, items);
}

/// <summary>Redis answered with an error. <see cref="Code"/> is its first word: <c>WRONGTYPE</c>, <c>NOGROUP</c>, <c>BUSYGROUP</c> ...</summary>
internal sealed class RedisServerException : Exception
{
    public RedisServerException(string message)
        : base(message)
    {
        var space = message.IndexOf(' ', StringComparison.Ordinal);
        Code = space < 0 ? message : message[..space];
    }

    public string Code { get; }
}

/// <summary>The connection is gone, or no answer came in time. Whether the command was executed is unknown.</summary>
internal sealed class RedisConnectionException : Exception
{
    public RedisConnectionException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
