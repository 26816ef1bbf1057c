using System.Net;
using System.Net.Sockets;
using LocalCluster.MailSink.Mails;

namespace LocalCluster.MailSink.Smtp;

/// <summary>Accepts connections and gives each its <see cref="SmtpSession"/>.</summary>
internal sealed partial class SmtpServer(IPEndPoint endPoint, MailStore store, FailureSwitch failures, TimeProvider time, ILogger<SmtpServer> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener = new(endPoint);
    private Task _accepting = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        _accepting = AcceptAsync(_stop.Token);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(cancellationToken);
                _ = ServeAsync(client, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using (client)
        {
            client.NoDelay = true;
            try
            {
                using var session = new SmtpSession(client.GetStream(), store, failures, time);
                await session.RunAsync(cancellationToken);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The other side left, or we are leaving.
            }
            catch (Exception e)
            {
                LogBroken(e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A conversation ended with an error.")]
    private partial void LogBroken(Exception exception);
}
