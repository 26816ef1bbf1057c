using LocalCluster.Kafka.Log;
using LocalCluster.Kafka.Protocol;
using LocalCluster.Kafka.Storage;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Units;

public sealed class StorageTests : IDisposable
{
    private static readonly TopicConfig Config = TopicConfig.From([new("segment.bytes", "1000")])!;
    private readonly TestFolder _folder = new();

    private string MetadataPath => Path.Combine(_folder.Path, "metadata.log");

    [Fact]
    public void A_log_cut_anywhere_in_its_last_file_opens_with_the_whole_batches_before_the_cut()
    {
        var folder = Path.Combine(_folder.Path, "0");
        using (var log = new PartitionLog(folder, Config))
        {
            for (var i = 0; i < 25; i++)
            {
                log.Append(Batches.Make());
            }
        }

        var last = Directory.GetFiles(folder).Order(StringComparer.Ordinal).Last();
        var baseOffset = long.Parse(Path.GetFileNameWithoutExtension(last));
        var whole = File.ReadAllBytes(last);
        var batchSize = Batches.Make().Length;
        for (var cut = 0; cut <= whole.Length; cut += 7)
        {
            File.WriteAllBytes(last, whole[..cut]);
            using var log = new PartitionLog(folder, Config);
            Assert.Equal(baseOffset + (cut / batchSize), log.Extent().End);
            Assert.Equal(log.Extent().End, log.Append(Batches.Make()).BaseOffset);
        }
    }

    [Fact]
    public void A_batch_that_was_not_written_whole_is_cut_off_even_when_its_length_fits()
    {
        var folder = Path.Combine(_folder.Path, "0");
        using (var log = new PartitionLog(folder, Config))
        {
            log.Append(Batches.Make());
            log.Append(Batches.Make());
        }

        var file = Directory.GetFiles(folder).Single();
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);

        using var reopened = new PartitionLog(folder, Config);
        Assert.Equal(1, reopened.Extent().End);
    }

    [Fact]
    public void Every_offset_can_be_read_across_files()
    {
        using var log = new PartitionLog(Path.Combine(_folder.Path, "0"), Config);
        for (var i = 0; i < 40; i++)
        {
            log.Append(Batches.Make(records: 3));
        }

        for (var offset = 0; offset < 120; offset++)
        {
            var batch = RecordBatch.Read(log.Read(offset, maxBytes: 1, atLeastOne: true).Bytes.Span);
            Assert.InRange(offset, batch.BaseOffset, batch.LastOffset);
        }

        Assert.Equal(ErrorCode.None, log.Read(120, 1, true).Error);
        Assert.Equal(ErrorCode.OffsetOutOfRange, log.Read(121, 1, true).Error);
    }

    [Fact]
    public void Corrupt_old_and_mistaken_batches_are_refused()
    {
        using var log = new PartitionLog(Path.Combine(_folder.Path, "0"), Config);
        var corrupt = Batches.Make();
        corrupt[^1] ^= 1;
        var old = Batches.Make();
        old[16] = 1;

        Assert.Equal(ErrorCode.CorruptMessage, log.Append(corrupt).Error);
        Assert.Equal(ErrorCode.UnsupportedForMessageFormat, log.Append(old).Error);
        Assert.Equal(ErrorCode.CorruptMessage, log.Append(Batches.Make().AsMemory(0, 100)).Error);
        Assert.Equal(ErrorCode.InvalidRequest, log.Append(default).Error);
        Assert.Equal(0, log.Extent().End);
    }

    [Fact]
    public void The_metadata_log_cut_anywhere_has_the_entries_before_the_cut()
    {
        using (var log = new MetadataLog(MetadataPath))
        {
            log.Put("a", [1]);
            log.Put("b", [2]);
            log.Remove(["a"]);
            log.Put("c", []);
        }

        var whole = File.ReadAllBytes(MetadataPath);
        var seen = new List<string>();
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            File.WriteAllBytes(MetadataPath, whole[..cut]);
            using var log = new MetadataLog(MetadataPath);
            seen.Add(string.Concat(log.WithPrefix("").Select(e => e.Key)));
        }

        Assert.Equal(["", "a", "ab", "b", "bc"], seen.Distinct());
    }

    [Fact]
    public void The_metadata_log_does_not_grow_with_its_history()
    {
        using (var log = new MetadataLog(MetadataPath))
        {
            for (var i = 0; i < 50_000; i++)
            {
                log.Put($"key {i % 10}", BitConverter.GetBytes(i).Concat(new byte[40]).ToArray());
            }
        }

        Assert.InRange(new FileInfo(MetadataPath).Length, 1, 2_000_000);
        using var reopened = new MetadataLog(MetadataPath);
        Assert.Equal(Enumerable.Range(49_990, 10), reopened.WithPrefix("key").Select(e => BitConverter.ToInt32(e.Value)));
    }

    [Fact]
    public void No_two_producers_get_the_same_id_whatever_restarts_between()
    {
        var given = new List<long>();
        for (var start = 0; start < 3; start++)
        {
            using var log = new MetadataLog(MetadataPath);
            var ids = new ProducerIds(log);
            given.AddRange(Enumerable.Range(0, 1500).Select(_ => ids.Next()));
        }

        Assert.Equal(given.Count, given.Distinct().Count());
    }

    public void Dispose() => _folder.Dispose();
}
