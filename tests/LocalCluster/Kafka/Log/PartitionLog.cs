using LocalCluster.Kafka.Protocol;

namespace LocalCluster.Kafka.Log;

/// <summary>Where a produced batch went, or why it did not.</summary>
internal readonly record struct AppendResult(ErrorCode Error, long BaseOffset);

/// <summary>What a reader got. <paramref name="Bytes"/> holds whole batches, the first of which contains the offset asked for.</summary>
internal readonly record struct ReadResult(ErrorCode Error, long StartOffset, long EndOffset, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// The log of one partition. With one broker nothing is replicated: the end of the log is the high watermark, and a batch is
/// acknowledged when the operating system has it. That survives a kill of this process, not a power cut.
/// </summary>
internal sealed class PartitionLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly TopicConfig _config;
    private readonly ProducerStates _producers = new();
    private readonly List<Segment> _segments = [];
    private HashSet<AppendSignal> _signals = [];
    private bool _closed;

    public PartitionLog(string folder, TopicConfig config)
    {
        _folder = folder;
        _config = config;
        Directory.CreateDirectory(folder);
        var files = Directory.GetFiles(folder, "*.log").Order(StringComparer.Ordinal).ToList();
        _segments.AddRange(files.Select((file, i) => Segment.Open(file, repair: i == files.Count - 1, _producers)));
        if (_segments.Count == 0)
        {
            _segments.Add(Segment.Create(folder, 0));
        }
    }

    private Segment Active => _segments[^1];

    /// <summary>First offset that can still be read, the one after the last, and the bytes between.</summary>
    public (long Start, long End, long Bytes) Extent()
    {
        lock (_gate)
        {
            return (_segments[0].BaseOffset, Active.EndOffset, _segments.Sum(s => s.Size));
        }
    }

    /// <summary>Appends the batches of one Produce request; they get their offsets here.</summary>
    public AppendResult Append(Memory<byte> records)
    {
        var error = BatchChecks.Validate(records.Span, _config.MaxMessageBytes);
        if (error != ErrorCode.None)
        {
            return new AppendResult(error, -1);
        }

        HashSet<AppendSignal> wake;
        long first = -1;
        lock (_gate)
        {
            if (_closed)
            {
                return new AppendResult(ErrorCode.UnknownTopicOrPartition, -1);
            }

            for (var rest = records.Span; rest.Length > 0; rest = rest[RecordBatch.SizeOf(rest)..])
            {
                var result = AppendOne(rest[..RecordBatch.SizeOf(rest)]);
                if (result.Error != ErrorCode.None)
                {
                    return result;
                }

                first = first < 0 ? result.BaseOffset : first;
            }

            (wake, _signals) = (_signals, []);
        }

        foreach (var signal in wake)
        {
            signal.Set();
        }

        return new AppendResult(ErrorCode.None, first);
    }

    /// <summary>
    /// Reads whole batches from the one that holds <paramref name="offset"/>, up to <paramref name="maxBytes"/>; the first batch is
    /// given whatever its size when <paramref name="atLeastOne"/>, else a reader with a small limit would never get on (KIP-74).
    /// </summary>
    public ReadResult Read(long offset, int maxBytes, bool atLeastOne)
    {
        lock (_gate)
        {
            var (start, end) = (_segments[0].BaseOffset, Active.EndOffset);
            if (_closed || offset < start || offset > end)
            {
                var error = _closed ? ErrorCode.UnknownTopicOrPartition : ErrorCode.OffsetOutOfRange;
                return new ReadResult(error, start, end, default);
            }

            var bytes = offset == end ? default : BatchReader.Read(SegmentOf(offset), offset, maxBytes, atLeastOne);
            return new ReadResult(ErrorCode.None, start, end, bytes);
        }
    }

    /// <summary>The first record at or after a time (milliseconds since 1970); null when there is none.</summary>
    public (long Offset, long Timestamp)? Find(long timestamp)
    {
        lock (_gate)
        {
            return _segments.Where(s => s.MaxTimestamp >= timestamp)
                .Select(s => BatchReader.Find(s, timestamp))
                .FirstOrDefault(found => found is not null);
        }
    }

    /// <summary>Removes whole segments that are too old or too much. Returns how many.</summary>
    public int ApplyRetention(DateTimeOffset now)
    {
        lock (_gate)
        {
            var removed = 0;
            while (!_closed && Active.EndOffset > _segments[0].BaseOffset && IsExpired(_segments[0], now))
            {
                if (_segments.Count == 1)
                {
                    _segments.Add(Segment.Create(_folder, Active.EndOffset));
                }

                var oldest = _segments[0];
                _segments.RemoveAt(0);
                oldest.Dispose();
                File.Delete(oldest.Path);
                removed++;
            }

            return removed;
        }
    }

    /// <summary>Sets the signal at the next append, once.</summary>
    public void Watch(AppendSignal signal)
    {
        lock (_gate)
        {
            if (_closed)
            {
                signal.Set();
            }
            else
            {
                _signals.Add(signal);
            }
        }
    }

    public void Unwatch(AppendSignal signal)
    {
        lock (_gate)
        {
            _signals.Remove(signal);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _segments.ForEach(s => s.Dispose());
            foreach (var signal in _signals)
            {
                signal.Set();
            }
        }
    }

    private AppendResult AppendOne(Span<byte> bytes)
    {
        RecordBatch.Place(bytes, Active.EndOffset);
        var batch = RecordBatch.Read(bytes);
        switch (_producers.Judge(batch, out var duplicateOffset))
        {
            case SequenceVerdict.Duplicate: return new AppendResult(ErrorCode.None, duplicateOffset);
            case SequenceVerdict.OldDuplicate: return new AppendResult(ErrorCode.DuplicateSequenceNumber, -1);
            case SequenceVerdict.OutOfOrder: return new AppendResult(ErrorCode.OutOfOrderSequenceNumber, -1);
            case SequenceVerdict.Fenced: return new AppendResult(ErrorCode.InvalidProducerEpoch, -1);
        }

        if (Active.Size > 0 && Active.Size + bytes.Length > _config.SegmentBytes)
        {
            _segments.Add(Segment.Create(_folder, Active.EndOffset));
        }

        try
        {
            Active.Append(bytes, batch);
        }
        catch (IOException)
        {
            return new AppendResult(ErrorCode.KafkaStorageError, -1);
        }

        _producers.Record(batch);
        return new AppendResult(ErrorCode.None, batch.BaseOffset);
    }

    private Segment SegmentOf(long offset) => _segments.FindLast(s => s.BaseOffset <= offset)!;

    private bool IsExpired(Segment oldest, DateTimeOffset now)
    {
        var tooOld = _config.RetentionMs >= 0 && oldest.MaxTimestamp + _config.RetentionMs < now.ToUnixTimeMilliseconds();
        var tooMuch = _config.RetentionBytes >= 0 && _segments.Sum(s => s.Size) - oldest.Size >= _config.RetentionBytes && _segments.Count > 1;
        return tooOld || tooMuch;
    }
}
