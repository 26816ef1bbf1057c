namespace LocalCluster.Kafka.Log;

/// <summary>What the log makes of a batch of an idempotent producer.</summary>
internal enum SequenceVerdict
{
    Accept,

    /// <summary>One of the producer's last batches again: acknowledged with the offset it has.</summary>
    Duplicate,

    /// <summary>An older batch again, whose offset is no longer remembered.</summary>
    OldDuplicate,

    /// <summary>A batch before it is missing.</summary>
    OutOfOrder,

    /// <summary>A newer session of this producer exists.</summary>
    Fenced,
}

/// <summary>
/// Sequence numbers per producer of one partition (KIP-98, KIP-360). The last five batches of each producer are remembered, as many
/// as a client may have in flight. Nothing of this is stored by itself: the batches in the log carry it.
/// </summary>
internal sealed class ProducerStates
{
    private const int RememberedBatches = 5;
    private readonly Dictionary<long, State> _states = [];

    public SequenceVerdict Judge(in RecordBatch batch, out long duplicateOffset)
    {
        duplicateOffset = -1;
        if (!batch.IsIdempotent || !_states.TryGetValue(batch.ProducerId, out var state))
        {
            // An unknown producer may start anywhere: retention may have removed what it wrote before.
            return SequenceVerdict.Accept;
        }

        if (batch.ProducerEpoch < state.Epoch)
        {
            return SequenceVerdict.Fenced;
        }

        if (batch.ProducerEpoch > state.Epoch)
        {
            return batch.BaseSequence == 0 ? SequenceVerdict.Accept : SequenceVerdict.OutOfOrder;
        }

        foreach (var known in state.Batches)
        {
            if (known.First == batch.BaseSequence && known.Last == batch.LastSequence)
            {
                duplicateOffset = known.Offset;
                return SequenceVerdict.Duplicate;
            }
        }

        var expected = state.LastSequence == int.MaxValue ? 0 : state.LastSequence + 1;
        if (batch.BaseSequence == expected)
        {
            return SequenceVerdict.Accept;
        }

        return batch.LastSequence <= state.LastSequence && batch.BaseSequence <= batch.LastSequence
            ? SequenceVerdict.OldDuplicate
            : SequenceVerdict.OutOfOrder;
    }

    /// <summary>Remembers a batch that is in the log at its base offset.</summary>
    public void Record(in RecordBatch batch)
    {
        if (!batch.IsIdempotent)
        {
            return;
        }

        if (!_states.TryGetValue(batch.ProducerId, out var state) || state.Epoch != batch.ProducerEpoch)
        {
            state = new State(batch.ProducerEpoch);
            _states[batch.ProducerId] = state;
        }

        if (state.Batches.Count == RememberedBatches)
        {
            state.Batches.Dequeue();
        }

        state.Batches.Enqueue(new Remembered(batch.BaseSequence, batch.LastSequence, batch.BaseOffset));
        state.LastSequence = batch.LastSequence;
    }

    private readonly record struct Remembered(int First, int Last, long Offset);

    private sealed class State(short epoch)
    {
        public short Epoch { get; } = epoch;

        public int LastSequence { get; set; }

        public Queue<Remembered> Batches { get; } = new(RememberedBatches);
    }
}
