using System.Buffers.Binary;
using System.Text;
using LocalCluster.Kafka.Log;
using Microsoft.Win32.SafeHandles;

namespace LocalCluster.Kafka.Storage;

/// <summary>
/// Everything but records: topics, group offsets, groups, producer ids; a small log of keys and values, of which the last one counts. An entry is
/// length, CRC-32C, key length, key, value (absent: removed). The tail that a killed process left half written is cut at start.
/// A log that is mostly history is written anew beside the old one and renamed over it.
/// </summary>
internal sealed class MetadataLog : IDisposable
{
    private const int FrameHeader = 8;
    private const int CompactAbove = 1 << 20;
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly SortedDictionary<string, byte[]> _entries = new(StringComparer.Ordinal);
    private SafeFileHandle _file;
    private long _end;
    private long _liveBytes;

    public MetadataLog(string path)
    {
        _path = path;
        _file = Open(path);
        Load();
    }

    /// <summary>Entries whose key begins so, as of now, in the order of keys.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> WithPrefix(string prefix)
    {
        lock (_gate)
        {
            return [.. _entries.Where(e => e.Key.StartsWith(prefix, StringComparison.Ordinal))];
        }
    }

    public void Put(string key, byte[] value) => Write([new(key, value)]);

    public void Put(IEnumerable<KeyValuePair<string, byte[]>> entries) => Write(entries.Select(e => KeyValuePair.Create(e.Key, (byte[]?)e.Value)));

    public void Remove(IEnumerable<string> keys) => Write(keys.Select(k => KeyValuePair.Create(k, (byte[]?)null)));

    public void Dispose() => _file.Dispose();

    private static SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);

    private void Write(IEnumerable<KeyValuePair<string, byte[]?>> entries)
    {
        lock (_gate)
        {
            var changes = entries.ToList();
            var frames = Join(changes.Select(e => Frame(e.Key, e.Value)));

            // At the end of what is whole: should this write fail half way, the next one overwrites it.
            RandomAccess.Write(_file, frames, _end);
            _end += frames.Length;
            changes.ForEach(e => Apply(e.Key, e.Value));
            if (_end > CompactAbove && _end > 4 * _liveBytes)
            {
                Compact();
            }
        }
    }

    private static byte[] Frame(string key, byte[]? value)
    {
        var keyLength = Encoding.UTF8.GetByteCount(key);
        var frame = new byte[FrameHeader + sizeof(int) + keyLength + (value?.Length + 1 ?? 0)];
        var body = frame.AsSpan(FrameHeader);
        BinaryPrimitives.WriteInt32LittleEndian(body, keyLength);
        Encoding.UTF8.GetBytes(key, body[sizeof(int)..]);
        if (value is not null)
        {
            body[sizeof(int) + keyLength] = 1;
            value.CopyTo(body[(sizeof(int) + keyLength + 1)..]);
        }

        BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(sizeof(int)), RecordBatch.Crc32C(body));
        return frame;
    }

    private static byte[] Join(IEnumerable<byte[]> frames)
    {
        using var joined = new MemoryStream();
        foreach (var frame in frames)
        {
            joined.Write(frame);
        }

        return joined.ToArray();
    }

    private void Load()
    {
        var bytes = File.ReadAllBytes(_path).AsSpan();
        var position = 0;
        while (bytes.Length - position >= FrameHeader)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[position..]);
            if (length < sizeof(int) || length > bytes.Length - position - FrameHeader)
            {
                break;
            }

            var body = bytes.Slice(position + FrameHeader, length);
            if (RecordBatch.Crc32C(body) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[(position + sizeof(int))..]))
            {
                break;
            }

            var keyEnd = sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(body);
            Apply(Encoding.UTF8.GetString(body[sizeof(int)..keyEnd]), body.Length > keyEnd ? body[(keyEnd + 1)..].ToArray() : null);
            position += FrameHeader + length;
        }

        RandomAccess.SetLength(_file, position);
        _end = position;
    }

    private void Apply(string key, byte[]? value)
    {
        if (_entries.Remove(key, out var old))
        {
            _liveBytes -= key.Length + old.Length;
        }

        if (value is not null)
        {
            _entries[key] = value;
            _liveBytes += key.Length + value.Length;
        }
    }

    private void Compact()
    {
        var temporary = _path + ".new";
        File.Delete(temporary);
        var compacted = Open(temporary);
        var frames = Join(_entries.Select(e => Frame(e.Key, e.Value)));
        RandomAccess.Write(compacted, frames, 0);
        File.Move(temporary, _path, overwrite: true);
        _file.Dispose();
        (_file, _end) = (compacted, frames.Length);
    }
}
