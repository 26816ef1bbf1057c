using System.Buffers;
using System.Buffers.Text;

namespace LocalCluster.Sidecar.Redis;

/// <summary>Parser of RESP2 and RESP3 replies (https://redis.io/docs/latest/develop/reference/protocol-spec/).</summary>
internal static class RespParser
{
    /// <summary>Takes one complete value off the reader.</summary>
    /// <returns>False when more bytes are needed; the reader's position is then meaningless.</returns>
    /// <exception cref="InvalidDataException">The bytes are not RESP.</exception>
    public static bool TryRead(ref SequenceReader<byte> reader, out RespValue value)
    {
        value = RespValue.Null;
        if (!reader.TryRead(out var type) || !reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8))
        {
            return false;
        }

        switch (type)
        {
            case (byte)'+':
            case (byte)',':
            case (byte)'(':
                value = RespValue.FromBytes(line.ToArray());
                return true;
            case (byte)'-':
                value = RespValue.FromError(line.ToArray());
                return true;
            case (byte)':':
                value = RespValue.FromInteger(Number(line));
                return true;
            case (byte)'#':
                value = RespValue.FromInteger(line.FirstSpan[0] == (byte)'t' ? 1 : 0);
                return true;
            case (byte)'_':
                return true;
            case (byte)'$':
            case (byte)'=':
                return TryReadBulk(ref reader, Number(line), type == (byte)'=', out value);
            case (byte)'!':
                var complete = TryReadBulk(ref reader, Number(line), false, out var error);
                value = complete ? RespValue.FromError(error.Bytes) : RespValue.Null;
                return complete;
            case (byte)'*':
            case (byte)'~':
            case (byte)'>':
                return TryReadItems(ref reader, Number(line), out value);
            case (byte)'%':
                return TryReadItems(ref reader, 2 * Number(line), out value);
            case (byte)'|':
                // Attributes precede the value they describe; nothing here needs them.
                return TryReadItems(ref reader, 2 * Number(line), out _) && TryRead(ref reader, out value);
            default:
                throw new InvalidDataException($"'{(char)type}' does not start a RESP value");
        }
    }

    private static bool TryReadBulk(ref SequenceReader<byte> reader, long length, bool verbatim, out RespValue value)
    {
        value = RespValue.Null;
        if (length < 0)
        {
            return true;
        }

        if (reader.Remaining < length + 2)
        {
            return false;
        }

        var bytes = reader.UnreadSequence.Slice(0, length).ToArray();
        reader.Advance(length + 2);
        value = RespValue.FromBytes(verbatim ? bytes[4..] : bytes);
        return true;
    }

    private static bool TryReadItems(ref SequenceReader<byte> reader, long count, out RespValue value)
    {
        value = RespValue.Null;
        if (count < 0)
        {
            return true;
        }

        var items = new RespValue[count];
        for (var i = 0; i < items.Length; i++)
        {
            if (!TryRead(ref reader, out items[i]))
            {
                return false;
            }
        }

        value = RespValue.FromItems(items);
        return true;
    }

    private static long Number(ReadOnlySequence<byte> line)
    {
        Span<byte> digits = stackalloc byte[20];
        if (line.Length <= digits.Length)
        {
            line.CopyTo(digits);
            if (Utf8Parser.TryParse(digits[..(int)line.Length], out long value, out var used) && used == line.Length)
            {
                return value;
            }
        }

        throw new InvalidDataException("a RESP length or integer is not a number");
    }
}
