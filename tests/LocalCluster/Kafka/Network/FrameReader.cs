using System.Buffers.Binary;
using System.Net.Sockets;
using LocalCluster.Kafka.Protocol;

namespace LocalCluster.Kafka.Network;

/// <summary>Cuts the stream of a connection into requests: four bytes of length, then as many bytes.</summary>
internal sealed class FrameReader(Socket socket)
{
    private const int LengthPrefix = 4;
    private const int LargestRequest = 100 * 1024 * 1024;
    private const int InitialBuffer = 16 * 1024;
    private byte[] _buffer = new byte[InitialBuffer];
    private int _start;
    private int _end;

    /// <summary>The next request, valid until the next call; null when the client has closed.</summary>
    public async ValueTask<Memory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(LengthPrefix, cancellationToken))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start));
        if (length is < 0 or > LargestRequest)
        {
            throw new MalformedRequestException($"A request claims {length} bytes.");
        }

        _start += LengthPrefix;
        if (!await FillAsync(length, cancellationToken))
        {
            return null;
        }

        var frame = _buffer.AsMemory(_start, length);
        _start += length;
        return frame;
    }

    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_buffer.Length - _start < count)
        {
            var target = _buffer.Length < count ? new byte[Math.Max(count, _buffer.Length * 2)] : _buffer;
            _buffer.AsSpan(_start, _end - _start).CopyTo(target);
            (_buffer, _end, _start) = (target, _end - _start, 0);
        }

        while (_end - _start < count)
        {
            var read = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, cancellationToken);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }
}
