using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace LocalCluster.Kafka.Protocol;

/// <summary>Writes one response frame: four bytes of length, then primitives as <see cref="ProtocolReader"/> reads them.</summary>
internal sealed class ProtocolWriter : IDisposable
{
    private const int LengthPrefix = 4;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(512);
    private int _position = LengthPrefix;

    /// <summary>Whether the version being written is a flexible one (KIP-482).</summary>
    public bool Flexible { get; set; }

    public void Int8(sbyte value) => Reserve(1)[0] = (byte)value;

    public void Boolean(bool value) => Int8(value ? (sbyte)1 : (sbyte)0);

    public void Int16(short value) => BinaryPrimitives.WriteInt16BigEndian(Reserve(2), value);

    public void Int32(int value) => BinaryPrimitives.WriteInt32BigEndian(Reserve(4), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64BigEndian(Reserve(8), value);

    public void Error(ErrorCode code) => Int16((short)code);

    /// <summary>How long the client should wait, in milliseconds: this broker has no quotas.</summary>
    public void NoThrottle() => Int32(0);

    public void String(string? value)
    {
        var length = value is null ? -1 : Encoding.UTF8.GetByteCount(value);
        if (Flexible)
        {
            UnsignedVarInt((uint)(length + 1));
        }
        else
        {
            Int16(checked((short)length));
        }

        if (length > 0)
        {
            Encoding.UTF8.GetBytes(value, Reserve(length));
        }
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Length(value.Length);
        value.CopyTo(Reserve(value.Length));
    }

    /// <summary>Writes the count of an array or the length of bytes; -1 is null.</summary>
    public void Length(int length)
    {
        if (Flexible)
        {
            UnsignedVarInt((uint)(length + 1));
        }
        else
        {
            Int32(length);
        }
    }

    public void Array<T>(IReadOnlyCollection<T> elements, Action<T> element)
    {
        Length(elements.Count);
        foreach (var each in elements)
        {
            element(each);
        }
    }

    /// <summary>Ends a structure: no tagged fields.</summary>
    public void Tags()
    {
        if (Flexible)
        {
            Int8(0);
        }
    }

    /// <summary>The finished frame. Valid until the writer is disposed.</summary>
    public ReadOnlyMemory<byte> Frame()
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer, _position - LengthPrefix);
        return _buffer.AsMemory(0, _position);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void UnsignedVarInt(uint value)
    {
        while (value >= 0x80)
        {
            Reserve(1)[0] = (byte)(value | 0x80);
            value >>= 7;
        }

        Reserve(1)[0] = (byte)value;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _position < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _position + count));
            _buffer.AsSpan(0, _position).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var reserved = _buffer.AsSpan(_position, count);
        _position += count;
        return reserved;
    }
}
