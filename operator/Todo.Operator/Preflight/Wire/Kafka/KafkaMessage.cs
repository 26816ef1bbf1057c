using System.Buffers.Binary;
using System.Text;

namespace Todo.Operator.Preflight.Wire.Kafka;

/// <summary>Writes a request: big-endian numbers, texts and lists with their length in front (Kafka protocol guide, "Protocol Primitive Types").</summary>
internal sealed class KafkaRequest
{
    private readonly List<byte> _bytes = [];

    public KafkaRequest Int8(sbyte value)
    {
        _bytes.Add((byte)value);
        return this;
    }

    public KafkaRequest Int16(short value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(short)];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public KafkaRequest Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public KafkaRequest Int64(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public KafkaRequest String(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        Int16((short)bytes.Length);
        _bytes.AddRange(bytes);
        return this;
    }

    public KafkaRequest Bytes(byte[] value)
    {
        Int32(value.Length);
        _bytes.AddRange(value);
        return this;
    }

    public KafkaRequest Array<T>(IReadOnlyCollection<T> items, Action<T> write)
    {
        Int32(items.Count);
        foreach (var item in items)
        {
            write(item);
        }

        return this;
    }

    public byte[] ToArray() => [.. _bytes];
}

/// <summary>Reads an answer.</summary>
internal sealed class KafkaAnswer(byte[] bytes)
{
    private int _position;

    public bool Boolean() => Take(1)[0] != 0;

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short)));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    public KafkaError Error() => (KafkaError)Int16();

    public string? String()
    {
        var length = Int16();
        return length < 0 ? null : Encoding.UTF8.GetString(Take(length));
    }

    public byte[] Bytes()
    {
        var length = Int32();
        return length < 0 ? [] : Take(length).ToArray();
    }

    public List<T> Array<T>(Func<T> read)
    {
        List<T> items = [];
        for (var left = Int32(); left > 0; left--)
        {
            items.Add(read());
        }

        return items;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || _position + count > bytes.Length)
        {
            throw new InvalidDataException("an answer that ends too early");
        }

        _position += count;
        return bytes.AsSpan(_position - count, count);
    }
}

/// <summary>Error codes of the protocol that the checks tell apart.</summary>
internal enum KafkaError : short
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>UNKNOWN_TOPIC_OR_PARTITION.</summary>
    UnknownTopic = 3,

    /// <summary>LEADER_NOT_AVAILABLE.</summary>
    LeaderNotAvailable = 5,

    /// <summary>COORDINATOR_NOT_AVAILABLE.</summary>
    CoordinatorNotAvailable = 15,

    /// <summary>TOPIC_AUTHORIZATION_FAILED.</summary>
    TopicForbidden = 29,

    /// <summary>GROUP_AUTHORIZATION_FAILED.</summary>
    GroupForbidden = 30,

    /// <summary>UNSUPPORTED_SASL_MECHANISM.</summary>
    UnsupportedMechanism = 33,

    /// <summary>ILLEGAL_SASL_STATE: a login is asked for.</summary>
    LoginExpected = 34,

    /// <summary>UNSUPPORTED_VERSION.</summary>
    UnsupportedVersion = 35,

    /// <summary>SASL_AUTHENTICATION_FAILED.</summary>
    LoginFailed = 58,
}
