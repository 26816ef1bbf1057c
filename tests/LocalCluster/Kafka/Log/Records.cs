namespace LocalCluster.Kafka.Log;

/// <summary>The records inside an uncompressed batch, as far as a search by time needs them.</summary>
internal static class Records
{
    /// <summary>The first record of the batch at or after a time (milliseconds since 1970).</summary>
    public static (long Offset, long Timestamp)? Find(ReadOnlySpan<byte> batch, in RecordBatch header, long timestamp)
    {
        var rest = batch[RecordBatch.HeaderSize..];
        for (var i = 0; i < header.RecordCount; i++)
        {
            var length = (int)VarInt(ref rest);
            var record = rest[1..length];
            rest = rest[length..];
            var time = header.BaseTimestamp + VarInt(ref record);
            if (time >= timestamp)
            {
                return (header.BaseOffset + VarInt(ref record), time);
            }
        }

        return null;
    }

    /// <summary>A zigzag variable-length number, as in Protocol Buffers.</summary>
    private static long VarInt(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }
    }
}
