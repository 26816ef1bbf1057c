using Microsoft.Win32.SafeHandles;

namespace LocalCluster.Kafka.Log;

/// <summary>
/// One file of a partition's log: whole batches one after the other, exactly as they go over the wire. The file's name is the
/// offset of its first record. A sparse index is kept in memory and rebuilt at start.
/// </summary>
internal sealed class Segment : IDisposable
{
    private const int IndexEvery = 4096;
    private readonly SafeFileHandle _file;
    private readonly List<IndexEntry> _index = [];
    private long _indexedUpTo;

    private Segment(string path, long baseOffset)
    {
        Path = path;
        BaseOffset = baseOffset;
        EndOffset = baseOffset;
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
    }

    public string Path { get; }

    public long BaseOffset { get; }

    /// <summary>Offset of the next record.</summary>
    public long EndOffset { get; private set; }

    public long Size { get; private set; }

    /// <summary>Highest record timestamp, in milliseconds since 1970; -1 when empty.</summary>
    public long MaxTimestamp { get; private set; } = -1;

    public static Segment Create(string folder, long baseOffset) =>
        new(System.IO.Path.Combine(folder, $"{baseOffset:D20}.log"), baseOffset);

    /// <summary>
    /// Opens a file that was written before. With <paramref name="repair"/> each batch is checked and the file is cut at the first one
    /// that is not whole: what a killed process was writing at that moment.
    /// </summary>
    public static Segment Open(string path, bool repair, ProducerStates producers)
    {
        var segment = new Segment(path, long.Parse(System.IO.Path.GetFileNameWithoutExtension(path)));
        var length = RandomAccess.GetLength(segment._file);
        var header = new byte[RecordBatch.HeaderSize];
        while (RandomAccess.Read(segment._file, header, segment.Size) == header.Length)
        {
            var size = RecordBatch.SizeOf(header);
            if (size == 0 || segment.Size + size > length || (repair && !segment.IsIntact(segment.Size, size)))
            {
                break;
            }

            var batch = RecordBatch.Read(header);
            segment.Note(batch);
            producers.Record(batch);
        }

        if (segment.Size < length)
        {
            RandomAccess.SetLength(segment._file, segment.Size);
        }

        return segment;
    }

    /// <summary>Appends one batch that has its place already.</summary>
    public void Append(ReadOnlySpan<byte> bytes, in RecordBatch batch)
    {
        RandomAccess.Write(_file, bytes, Size);
        Note(batch);
    }

    /// <summary>Where a reader for this offset may start: at or before the batch that holds it.</summary>
    public long PositionBefore(long offset)
    {
        var low = 0;
        var high = _index.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _index[middle].Offset <= offset ? (middle, high) : (low, middle - 1);
        }

        return _index.Count == 0 ? 0 : _index[low].Position;
    }

    public int Read(Span<byte> buffer, long position) => RandomAccess.Read(_file, buffer, position);

    public void Dispose() => _file.Dispose();

    private void Note(in RecordBatch batch)
    {
        if (Size - _indexedUpTo >= IndexEvery || _index.Count == 0)
        {
            _index.Add(new IndexEntry(batch.BaseOffset, Size));
            _indexedUpTo = Size;
        }

        Size += batch.Size;
        EndOffset = batch.LastOffset + 1;
        MaxTimestamp = Math.Max(MaxTimestamp, batch.MaxTimestamp);
    }

    private bool IsIntact(long position, int size)
    {
        var batch = new byte[size];
        return RandomAccess.Read(_file, batch, position) == size && RecordBatch.HasValidChecksum(batch);
    }

    private readonly record struct IndexEntry(long Offset, long Position);
}
