using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace LocalCluster.Sidecar.Scheduler.Protocol;

/// <summary>Lines of JSON over a TCP connection; writes may come from any thread.</summary>
internal sealed class MessageStream : IAsyncDisposable
{
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;
    private readonly SemaphoreSlim _writing = new(1);

    public MessageStream(Socket socket)
    {
        socket.NoDelay = true;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream, Encoding.UTF8);
    }

    /// <summary>The next message; null when the other side has closed or talks nonsense.</summary>
    public async Task<SchedulerMessage?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await _reader.ReadLineAsync(cancellation) is { } line ? JsonSerializer.Deserialize(line, SchedulerJson.Default.SchedulerMessage) : null;
        }
        catch (Exception error) when (error is IOException or SocketException or JsonException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <returns>False when the connection is gone.</returns>
    public async Task<bool> WriteAsync(SchedulerMessage message, CancellationToken cancellation = default)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(message, SchedulerJson.Default.SchedulerMessage);
        await _writing.WaitAsync(cancellation);
        try
        {
            await _stream.WriteAsync((byte[])[.. line, .. NewLine], cancellation);
            return true;
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _reader.Dispose();
    }
}
