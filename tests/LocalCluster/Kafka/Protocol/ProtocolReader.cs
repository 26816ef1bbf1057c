using System.Buffers.Binary;
using System.Text;

namespace LocalCluster.Kafka.Protocol;

/// <summary>
/// Reads the primitive types of the Kafka protocol (kafka.apache.org/protocol, "Protocol Primitive Types"). In a flexible version
/// strings, bytes and arrays have the compact form and every structure ends with tagged fields; the callers are the same for both.
/// </summary>
internal sealed class ProtocolReader(Memory<byte> data)
{
    private int _position;

    /// <summary>Whether the version being read is a flexible one (KIP-482).</summary>
    public bool Flexible { get; set; }

    public sbyte Int8() => (sbyte)Take(1).Span[0];

    public bool Boolean() => Int8() != 0;

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2).Span);

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4).Span);

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8).Span);

    public string String() => NullableString() ?? throw new MalformedRequestException("A string that may not be null is null.");

    public string? NullableString()
    {
        var length = Flexible ? CompactLength() : Int16();
        return length < 0 ? null : Encoding.UTF8.GetString(Take(length).Span);
    }

    /// <summary>Bytes, as a view into the request; empty when null.</summary>
    public Memory<byte> Bytes()
    {
        var length = Flexible ? CompactLength() : Int32();
        return length < 0 ? default : Take(length);
    }

    public T[] Array<T>(Func<ProtocolReader, T> element) => NullableArray(element) ?? [];

    public T[]? NullableArray<T>(Func<ProtocolReader, T> element)
    {
        var length = Flexible ? CompactLength() : Int32();
        if (length < 0)
        {
            return null;
        }

        // Every element has at least one byte: a larger count is a lie, and must not allocate.
        if (length > data.Length - _position)
        {
            throw new MalformedRequestException($"An array claims {length} elements.");
        }

        var elements = new T[length];
        for (var i = 0; i < length; i++)
        {
            elements[i] = element(this);
        }

        return elements;
    }

    /// <summary>Skips the tagged fields at the end of a structure; nothing in versions that have none.</summary>
    public void Tags()
    {
        if (!Flexible)
        {
            return;
        }

        for (var count = UnsignedVarInt(); count > 0; count--)
        {
            _ = UnsignedVarInt();
            _ = Take(Length());
        }
    }

    /// <summary>The string of a header, which keeps the old form in every version.</summary>
    public string? HeaderString()
    {
        var length = Int16();
        return length < 0 ? null : Encoding.UTF8.GetString(Take(length).Span);
    }

    /// <summary>One more than the length; 0 is null.</summary>
    private int CompactLength() => Length() - 1;

    private int Length()
    {
        var length = UnsignedVarInt();
        return length <= int.MaxValue ? (int)length : throw new MalformedRequestException($"A length of {length} bytes.");
    }

    private uint UnsignedVarInt()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var next = Take(1).Span[0];
            value |= (uint)(next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                return value;
            }
        }

        throw new MalformedRequestException("A variable-length number is longer than five bytes.");
    }

    private Memory<byte> Take(int count)
    {
        if (count < 0 || count > data.Length - _position)
        {
            throw new MalformedRequestException($"{count} bytes wanted at {_position} of {data.Length}.");
        }

        var taken = data.Slice(_position, count);
        _position += count;
        return taken;
    }
}
