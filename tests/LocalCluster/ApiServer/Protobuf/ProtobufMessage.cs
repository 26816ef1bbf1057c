using System.Buffers.Binary;

namespace LocalCluster.ApiServer.Protobuf;

/// <summary>One field of a message on the wire: its number, and a number or bytes.</summary>
internal readonly record struct ProtobufField(int Number, bool IsBytes, ulong Value, ReadOnlyMemory<byte> Bytes);

/// <summary>Takes a protobuf message apart (<see href="https://protobuf.dev/programming-guides/encoding/"/>).</summary>
internal static class ProtobufMessage
{
    /// <exception cref="FormatException">The bytes are not a message.</exception>
    public static IEnumerable<ProtobufField> Read(ReadOnlyMemory<byte> message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message.Span, ref at);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    yield return new ProtobufField(number, IsBytes: false, Varint(message.Span, ref at), default);
                    break;
                case 1:
                    yield return new ProtobufField(number, IsBytes: false, BinaryPrimitives.ReadUInt64LittleEndian(Take(message, ref at, 8).Span), default);
                    break;
                case 2:
                    var length = Varint(message.Span, ref at);
                    yield return new ProtobufField(number, IsBytes: true, 0, Take(message, ref at, checked((int)Math.Min(length, int.MaxValue))));
                    break;
                case 5:
                    yield return new ProtobufField(number, IsBytes: false, BinaryPrimitives.ReadUInt32LittleEndian(Take(message, ref at, 4).Span), default);
                    break;
                default:
                    throw new FormatException("unknown wire type");
            }
        }
    }

    private static ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> message, ref int at, int length)
    {
        if (length > message.Length - at)
        {
            throw new FormatException("the message ends too early");
        }

        at += length;
        return message.Slice(at - length, length);
    }

    private static ulong Varint(ReadOnlySpan<byte> message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= message.Length)
            {
                break;
            }

            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                return value;
            }
        }

        throw new FormatException("a number does not end");
    }
}
