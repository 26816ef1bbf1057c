using System.Buffers.Binary;
using System.Numerics;

namespace LocalCluster.Kafka.Log;

/// <summary>
/// The header of a record batch (kafka.apache.org/documentation, "Record Batch", magic 2). The records behind it, compressed or not,
/// are opaque to the broker.
/// </summary>
internal readonly record struct RecordBatch(
    long BaseOffset,
    int Size,
    short Attributes,
    int LastOffsetDelta,
    long BaseTimestamp,
    long MaxTimestamp,
    long ProducerId,
    short ProducerEpoch,
    int BaseSequence,
    int RecordCount)
{
    public const int HeaderSize = 61;
    private const int LengthAt = 8;
    private const int LeaderEpochAt = 12;
    private const int MagicAt = 16;
    private const int CrcAt = 17;
    private const int CheckedFrom = 21;

    public long LastOffset => BaseOffset + LastOffsetDelta;

    public bool IsIdempotent => ProducerId >= 0;

    public bool IsCompressed => (Attributes & 0x7) != 0;

    /// <summary>The sequence number of the last record; sequences wrap after int.MaxValue to 0.</summary>
    public int LastSequence => (int)((BaseSequence + (long)LastOffsetDelta) & int.MaxValue);

    /// <summary>Bytes of the batch that starts here, header included; 0 when the header is not whole or not of a batch.</summary>
    public static int SizeOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize)
        {
            return 0;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[LengthAt..]);
        return length < HeaderSize - LeaderEpochAt || length > int.MaxValue - LeaderEpochAt ? 0 : length + LeaderEpochAt;
    }

    public static byte Magic(ReadOnlySpan<byte> bytes) => bytes[MagicAt];

    public static RecordBatch Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt64BigEndian(bytes),
        SizeOf(bytes),
        BinaryPrimitives.ReadInt16BigEndian(bytes[21..]),
        BinaryPrimitives.ReadInt32BigEndian(bytes[23..]),
        BinaryPrimitives.ReadInt64BigEndian(bytes[27..]),
        BinaryPrimitives.ReadInt64BigEndian(bytes[35..]),
        BinaryPrimitives.ReadInt64BigEndian(bytes[43..]),
        BinaryPrimitives.ReadInt16BigEndian(bytes[51..]),
        BinaryPrimitives.ReadInt32BigEndian(bytes[53..]),
        BinaryPrimitives.ReadInt32BigEndian(bytes[57..]));

    /// <summary>Whether the checksum fits. It covers everything after itself, so the broker may rewrite what is before.</summary>
    public static bool HasValidChecksum(ReadOnlySpan<byte> batch) =>
        BinaryPrimitives.ReadUInt32BigEndian(batch[CrcAt..]) == Crc32C(batch[CheckedFrom..]);

    /// <summary>Gives the batch its place in the log.</summary>
    public static void Place(Span<byte> batch, long baseOffset)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[LeaderEpochAt..], 0);
    }

    /// <summary>CRC-32C (Castagnoli), the checksum of batches.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var each in bytes)
        {
            crc = BitOperations.Crc32C(crc, each);
        }

        return ~crc;
    }
}
