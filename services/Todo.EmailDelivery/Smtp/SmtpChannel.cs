using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Todo.EmailDelivery.Smtp;

/// <summary>Commands and replies over one connection, encrypted from some point on.</summary>
internal sealed class SmtpChannel : IDisposable
{
    private const int MaxLines = 100;
    private const int MaxLine = 2_048;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[4_096];
    private Stream _stream;
    private int _start;
    private int _end;

    private SmtpChannel(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    public static async Task<SmtpChannel> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
            return new SmtpChannel(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Encrypts from here on. The certificate must be valid for the host, by the trusted authorities of this machine.</summary>
    /// <exception cref="AuthenticationException">It is not.</exception>
    /// <exception cref="IOException">Something came after the server's reply that it did not encrypt: somebody else may have sent it (RFC 3207, 6).</exception>
    public async Task EncryptAsync(string host, CancellationToken cancellationToken)
    {
        if (_start < _end)
        {
            throw new IOException("The server went on in clear text after STARTTLS.");
        }

        var encrypted = new SslStream(_stream);
        _stream = encrypted;
        await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellationToken);
    }

    public async Task<SmtpReply> AskAsync(string command, CancellationToken cancellationToken)
    {
        await WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(bytes, cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    /// <exception cref="IOException">The connection ended, or what came is no reply.</exception>
    public async Task<SmtpReply> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (lines.Count < MaxLines)
        {
            var line = await ReadLineAsync(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                throw new IOException("What the server sent is no reply.");
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] != '-')
            {
                return new SmtpReply(code, lines);
            }
        }

        throw new IOException("The server's reply has no end.");
    }

    /// <summary>Says goodbye as far as that takes no time, and hangs up.</summary>
    public void Dispose()
    {
        try
        {
            _socket.SendTimeout = 100;
            _stream.Write("QUIT\r\n"u8);
            _stream.Flush();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It is gone already, or was never encrypted.
        }

        _stream.Dispose();
        _socket.Dispose();
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length <= MaxLine)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, await _stream.ReadAsync(_buffer, cancellationToken));
                if (_end == 0)
                {
                    throw new IOException("The server hung up.");
                }
            }

            var c = (char)_buffer[_start++];
            if (c == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append(c);
        }

        throw new IOException("A line of the server's reply has no end.");
    }
}
