using System.Net;
using System.Net.Sockets;
using LocalCluster.Kafka.Apis;
using LocalCluster.Kafka.Protocol;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Kafka.Network;

/// <summary>One client connection. Its requests are answered one after the other, in order, as Kafka does.</summary>
internal sealed partial class Connection(Socket socket, ApiTable apis, Faults faults, ILogger logger)
{
    private readonly string _client = (socket.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var frames = new FrameReader(socket);
            while (await frames.ReadAsync(cancellationToken) is { } frame)
            {
                if (!await AnswerAsync(frame, cancellationToken))
                {
                    return;
                }
            }
        }
        catch (MalformedRequestException malformed)
        {
            LogMalformed(logger, _client, malformed.Message);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client went, or the broker does.
        }
        catch (Exception failure)
        {
            LogFailure(logger, failure, _client);
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Ends the connection with whatever is under way on it.</summary>
    public void Close() => socket.Dispose();

    private async Task<bool> AnswerAsync(Memory<byte> frame, CancellationToken cancellationToken)
    {
        await faults.BeforeRequestAsync(cancellationToken);
        var request = Request.Read(frame, _client, apis.IsFlexible);
        using var response = new ProtocolWriter();
        await apis.AnswerAsync(request, response, cancellationToken);
        await faults.WhileHangingAsync(cancellationToken);
        if (request.Key == ApiKey.Produce && faults.TakeLostAcknowledgement())
        {
            return false;
        }

        for (var rest = request.Unanswered ? default : response.Frame(); rest.Length > 0;)
        {
            rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellationToken)..];
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Closed a connection from {Client}: {Reason}")]
    private static partial void LogMalformed(ILogger logger, string client, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Closed a connection from {Client} on an error")]
    private static partial void LogFailure(ILogger logger, Exception exception, string client);
}
