using LocalCluster.Kafka.Log;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Units;

public sealed class ProducerStatesTests
{
    private readonly ProducerStates _states = new();
    private long _end;

    [Fact]
    public void Batches_in_sequence_are_accepted()
    {
        Assert.Equal(SequenceVerdict.Accept, Write(sequence: 0, records: 3));
        Assert.Equal(SequenceVerdict.Accept, Write(sequence: 3, records: 2));
        Assert.Equal(SequenceVerdict.Accept, Write(sequence: 5, records: 1));
    }

    [Fact]
    public void One_of_the_last_five_again_is_a_duplicate_with_its_offset()
    {
        for (var i = 0; i < 7; i++)
        {
            Write(sequence: i * 2, records: 2);
        }

        Assert.Equal(SequenceVerdict.Duplicate, _states.Judge(Batch(sequence: 4, records: 2), out var offset));
        Assert.Equal(4, offset);
        Assert.Equal(SequenceVerdict.OldDuplicate, Write(sequence: 2, records: 2));
    }

    [Fact]
    public void A_gap_is_refused() => Assert.Equal(
        [SequenceVerdict.Accept, SequenceVerdict.OutOfOrder], [Write(sequence: 0, records: 1), Write(sequence: 2, records: 1)]);

    [Fact]
    public void A_new_session_begins_at_zero_and_fences_the_old_one()
    {
        Write(sequence: 0, records: 4);
        Assert.Equal(SequenceVerdict.OutOfOrder, Write(sequence: 4, records: 1, epoch: 1));
        Assert.Equal(SequenceVerdict.Accept, Write(sequence: 0, records: 1, epoch: 1));
        Assert.Equal(SequenceVerdict.Fenced, Write(sequence: 4, records: 1));
    }

    [Fact]
    public void Sequences_wrap_to_zero()
    {
        Assert.Equal(SequenceVerdict.Accept, Write(sequence: int.MaxValue - 1, records: 2));
        Assert.Equal(SequenceVerdict.Accept, Write(sequence: 0, records: 1));
    }

    [Fact]
    public void A_producer_whose_batches_are_gone_may_go_on() => Assert.Equal(SequenceVerdict.Accept, Write(sequence: 77, records: 1));

    private RecordBatch Batch(int sequence, int records, short epoch = 0) =>
        RecordBatch.Read(Batches.Make(records, producerId: 9, epoch, sequence)) with { BaseOffset = _end };

    private SequenceVerdict Write(int sequence, int records, short epoch = 0)
    {
        var batch = Batch(sequence, records, epoch);
        var verdict = _states.Judge(batch, out _);
        if (verdict == SequenceVerdict.Accept)
        {
            _states.Record(batch);
            _end += records;
        }

        return verdict;
    }
}
