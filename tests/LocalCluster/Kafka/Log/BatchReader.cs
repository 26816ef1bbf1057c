using System.Buffers;

namespace LocalCluster.Kafka.Log;

/// <summary>Finds batches in a segment.</summary>
internal static class BatchReader
{
    /// <summary>Whole batches from the one that holds the offset on; see <see cref="PartitionLog.Read"/>.</summary>
    public static ReadOnlyMemory<byte> Read(Segment segment, long offset, int maxBytes, bool atLeastOne)
    {
        var position = segment.PositionBefore(offset);
        while (true)
        {
            var batch = HeaderAt(segment, position);
            if (batch.LastOffset >= offset)
            {
                var wanted = maxBytes < batch.Size && atLeastOne ? batch.Size : maxBytes;
                return ReadWhole(segment, position, (int)Math.Min(wanted, segment.Size - position));
            }

            position += batch.Size;
        }
    }

    /// <summary>The first record of the segment at or after a time. In a compressed batch it is the batch's first record.</summary>
    public static (long Offset, long Timestamp)? Find(Segment segment, long timestamp)
    {
        for (long position = 0; position < segment.Size;)
        {
            var batch = HeaderAt(segment, position);
            if (batch.MaxTimestamp >= timestamp)
            {
                return batch.IsCompressed
                    ? (batch.BaseOffset, batch.BaseTimestamp)
                    : Records.Find(ReadWhole(segment, position, batch.Size).Span, batch, timestamp);
            }

            position += batch.Size;
        }

        return null;
    }

    private static ReadOnlyMemory<byte> ReadWhole(Segment segment, long position, int bytes)
    {
        var buffer = new byte[bytes];
        segment.Read(buffer, position);
        var whole = 0;
        for (var size = RecordBatch.SizeOf(buffer); size > 0 && whole + size <= bytes; size = RecordBatch.SizeOf(buffer.AsSpan(whole)))
        {
            whole += size;
        }

        return buffer.AsMemory(0, whole);
    }

    private static RecordBatch HeaderAt(Segment segment, long position)
    {
        Span<byte> header = stackalloc byte[RecordBatch.HeaderSize];
        segment.Read(header, position);
        return RecordBatch.Read(header);
    }
}
