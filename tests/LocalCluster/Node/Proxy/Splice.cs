using System.Buffers;
using System.Net.Sockets;

namespace LocalCluster.Node.Proxy;

/// <summary>
/// Copies bytes both ways between two sockets until both directions have ended. An idle connection holds no buffer: each direction waits
/// with an empty read and rents one only while there is something to copy.
/// </summary>
internal static class Splice
{
    private const int BufferSize = 64 * 1024;

    public static async Task RunAsync(Socket left, Socket right)
    {
        var forth = CopyAsync(left, right);
        var back = CopyAsync(right, left);
        await forth;
        await back;
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            while (true)
            {
                await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                if (!await CopyAvailableAsync(from, to))
                {
                    break;
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side was reset: the other one is told in the same way.
            Reset(from);
            Reset(to);
        }
    }

    /// <returns>False at the end of the stream.</returns>
    private static async ValueTask<bool> CopyAvailableAsync(Socket from, Socket to)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            do
            {
                read = await from.ReceiveAsync(buffer.AsMemory(), SocketFlags.None);
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), SocketFlags.None);
                }
            }
            while (read == buffer.Length);
            return read > 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Already closed.
        }
    }
}
