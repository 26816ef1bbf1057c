using LocalCluster.Kafka.Protocol;

namespace LocalCluster.Kafka.Log;

/// <summary>What is checked of batches before they enter the log.</summary>
internal static class BatchChecks
{
    private const byte CurrentMagic = 2;

    public static ErrorCode Validate(ReadOnlySpan<byte> records, int maxBatchBytes)
    {
        if (records.IsEmpty)
        {
            return ErrorCode.InvalidRequest;
        }

        while (!records.IsEmpty)
        {
            var size = RecordBatch.SizeOf(records);
            if (records.Length > RecordBatch.HeaderSize && RecordBatch.Magic(records) != CurrentMagic)
            {
                return ErrorCode.UnsupportedForMessageFormat;
            }

            if (size == 0 || size > records.Length || !RecordBatch.HasValidChecksum(records[..size]))
            {
                return ErrorCode.CorruptMessage;
            }

            if (size > maxBatchBytes)
            {
                return ErrorCode.MessageTooLarge;
            }

            var batch = RecordBatch.Read(records);
            if (batch.RecordCount <= 0 || batch.LastOffsetDelta != batch.RecordCount - 1)
            {
                return ErrorCode.CorruptMessage;
            }

            records = records[size..];
        }

        return ErrorCode.None;
    }
}
