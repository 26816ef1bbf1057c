using System.Buffers.Binary;
using LocalCluster.Kafka.Log;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>Record batches made by hand.</summary>
internal static class Batches
{
    /// <summary>A batch with a valid header and checksum; its records are filler.</summary>
    public static byte[] Make(int records = 1, long producerId = -1, short epoch = -1, int sequence = -1, int filler = 50, long timestamp = 0)
    {
        var batch = new byte[RecordBatch.HeaderSize + filler];
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), batch.Length - 12);
        batch[16] = 2;
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(23), records - 1);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(27), timestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(35), timestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(43), producerId);
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(51), epoch);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(53), sequence);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(57), records);
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(17), RecordBatch.Crc32C(batch.AsSpan(21)));
        return batch;
    }
}
