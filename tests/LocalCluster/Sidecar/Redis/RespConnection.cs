using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace LocalCluster.Sidecar.Redis;

/// <summary>
/// One connection to Redis. Commands may be sent from any thread and are pipelined: they are written in the order of the calls
/// and answered in that order. When the connection breaks, every waiting call fails and the connection is done for.
/// </summary>
internal sealed class RespConnection : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly Pipe _output = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource<RespValue>> _waiting = new();
    private readonly TimeSpan _readTimeout;
    private Exception? _failure;

    private RespConnection(Stream stream, TimeSpan readTimeout)
    {
        _stream = stream;
        _readTimeout = readTimeout;
        _ = WriteLoopAsync();
        _ = ReadLoopAsync();
    }

    public bool IsUsable => Volatile.Read(ref _failure) is null;

    /// <summary>Connects and says HELLO 3.</summary>
    /// <exception cref="RedisConnectionException">Nothing answers within the dial timeout.</exception>
    /// <exception cref="RedisServerException">The server refuses the user, or does not speak RESP3.</exception>
    public static async Task<RespConnection> ConnectAsync(RedisEndpoint endpoint, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(endpoint.DialTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, limit.Token);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (endpoint.Tls)
            {
                stream = await SecureAsync(stream, endpoint, limit.Token);
            }

            var connection = new RespConnection(stream, endpoint.ReadTimeout);
            await connection.GreetAsync(endpoint, limit.Token);
            return connection;
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException)
        {
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw new RedisConnectionException($"cannot connect to Redis at {endpoint.Host}:{endpoint.Port}: {error.Message}", error);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends one command and waits for its answer.</summary>
    /// <param name="arguments">The command's words: <see cref="string"/>, <c>byte[]</c> or <see cref="ReadOnlyMemory{T}"/> of bytes.</param>
    /// <param name="block">How long the server itself may hold the answer back (BLOCK).</param>
    /// <param name="cancellation">Gives up waiting; the command may still be executed.</param>
    /// <exception cref="RedisServerException">The answer is an error.</exception>
    /// <exception cref="RedisConnectionException">The connection broke, or the answer is overdue.</exception>
    public async Task<RespValue> SendAsync(IReadOnlyList<object> arguments, TimeSpan block = default, CancellationToken cancellation = default)
    {
        var answer = new TaskCompletionSource<RespValue>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_failure is not null)
            {
                throw new RedisConnectionException("the connection to Redis is closed", _failure);
            }

            _waiting.Enqueue(answer);
            Write(_output.Writer, arguments);
            var flushed = _output.Writer.FlushAsync(CancellationToken.None);
            System.Diagnostics.Debug.Assert(flushed.IsCompleted, "a pipe without a threshold never waits");
        }

        RespValue value;
        try
        {
            value = await answer.Task.WaitAsync(_readTimeout + block, cancellation);
        }
        catch (TimeoutException late)
        {
            Fail(late);
            throw new RedisConnectionException("Redis did not answer in time", late);
        }

        return value.Kind == RespKind.Error ? throw new RedisServerException(value.Text) : value;
    }

    public ValueTask DisposeAsync()
    {
        Fail(new ObjectDisposedException(nameof(RespConnection)));
        return ValueTask.CompletedTask;
    }

    private static async Task<Stream> SecureAsync(Stream stream, RedisEndpoint endpoint, CancellationToken cancellation)
    {
        var secure = new SslStream(stream);
        await secure.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = endpoint.Host,
                RemoteCertificateValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None || endpoint.SkipCertificateCheck,
            },
            cancellation);
        return secure;
    }

    private static void Write(PipeWriter writer, IReadOnlyList<object> arguments)
    {
        WriteHeader(writer, '*', arguments.Count);
        foreach (var argument in arguments)
        {
            ReadOnlyMemory<byte> bytes = argument switch
            {
                string text => Encoding.UTF8.GetBytes(text),
                byte[] array => array,
                ReadOnlyMemory<byte> memory => memory,
                IFormattable number => Encoding.UTF8.GetBytes(number.ToString(null, CultureInfo.InvariantCulture)),
                _ => throw new ArgumentException($"{argument.GetType()} cannot be sent to Redis", nameof(arguments)),
            };
            WriteHeader(writer, '$', bytes.Length);
            writer.Write(bytes.Span);
            writer.Write("\r\n"u8);
        }
    }

    private static void WriteHeader(PipeWriter writer, char type, int number)
    {
        var span = writer.GetSpan(16);
        span[0] = (byte)type;
        number.TryFormat(span[1..], out var digits, default, CultureInfo.InvariantCulture);
        span[1 + digits] = (byte)'\r';
        span[2 + digits] = (byte)'\n';
        writer.Advance(3 + digits);
    }

    private async Task GreetAsync(RedisEndpoint endpoint, CancellationToken cancellation)
    {
        List<object> hello = ["HELLO", "3"];
        if (endpoint.Password is not null)
        {
            hello.AddRange(["AUTH", endpoint.Username ?? "default", endpoint.Password]);
        }

        await SendAsync(hello, default, cancellation);
        if (endpoint.Database != 0)
        {
            await SendAsync(["SELECT", endpoint.Database], default, cancellation);
        }
    }

    private async Task WriteLoopAsync()
    {
        try
        {
            while (true)
            {
                var read = await _output.Reader.ReadAsync();
                foreach (var segment in read.Buffer)
                {
                    await _stream.WriteAsync(segment);
                }

                _output.Reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or SocketException)
        {
            Fail(error);
        }
    }

    private async Task ReadLoopAsync()
    {
        var input = PipeReader.Create(_stream);
        try
        {
            while (true)
            {
                var read = await input.ReadAsync();
                input.AdvanceTo(Answer(read.Buffer), read.Buffer.End);
                if (read.IsCompleted)
                {
                    throw new EndOfStreamException("Redis closed the connection");
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or SocketException or InvalidDataException)
        {
            Fail(error);
        }
    }

    private SequencePosition Answer(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        var done = buffer.Start;
        while (!reader.End)
        {
            var push = reader.CurrentSpan[reader.CurrentSpanIndex] == (byte)'>';
            if (!RespParser.TryRead(ref reader, out var value))
            {
                break;
            }

            done = reader.Position;
            if (push)
            {
                continue;
            }

            TaskCompletionSource<RespValue>? answer;
            lock (_gate)
            {
                _waiting.TryDequeue(out answer);
            }

            answer?.TrySetResult(value);
        }

        return done;
    }

    private void Fail(Exception error)
    {
        List<TaskCompletionSource<RespValue>> waiting;
        lock (_gate)
        {
            if (_failure is not null)
            {
                return;
            }

            Volatile.Write(ref _failure, error);
            waiting = [.. _waiting];
            _waiting.Clear();
            _output.Writer.Complete();
        }

        _stream.Dispose();
        waiting.ForEach(answer => answer.TrySetException(new RedisConnectionException("the connection to Redis broke", error)));
    }
}
