using System.Buffers.Binary;

namespace LocalCluster.Kafka.Storage;

/// <summary>Gives every idempotent producer a number that no other has, also after a restart: blocks are reserved on disk before use.</summary>
internal sealed class ProducerIds(MetadataLog metadata)
{
    private const string Key = "producer-ids";
    private const int Block = 1000;
    private readonly Lock _gate = new();
    private long _next;
    private long _reservedUpTo;

    public long Next()
    {
        lock (_gate)
        {
            if (_next == _reservedUpTo)
            {
                _next = metadata.WithPrefix(Key) is [var stored] ? BinaryPrimitives.ReadInt64LittleEndian(stored.Value) : 0;
                _reservedUpTo = _next + Block;
                var value = new byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(value, _reservedUpTo);
                metadata.Put(Key, value);
            }

            return _next++;
        }
    }
}
