using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LocalCluster.Kafka.Apis;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Kafka.Network;

/// <summary>Accepts connections, and carries out those faults that concern all of them.</summary>
internal sealed partial class Listener : IAsyncDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(50);
    private readonly ConcurrentDictionary<Connection, Task> _connections = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Faults _faults;
    private readonly ILogger _logger;
    private ApiTable? _apis;
    private Socket? _socket;
    private Task _accepting = Task.CompletedTask;

    /// <summary>Takes the address; nobody is served before <see cref="Start"/>.</summary>
    /// <exception cref="SocketException">The address is in use or is not one of this machine's.</exception>
    public Listener(IPEndPoint address, Faults faults, ILogger logger)
    {
        (_faults, _logger) = (faults, logger);
        _socket = Bind(address);
        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
    }

    /// <summary>The address listened on, with the port that was chosen when 0 was asked for.</summary>
    public IPEndPoint EndPoint { get; }

    public void Start(ApiTable apis)
    {
        _apis = apis;
        _faults.ModeChanged += OnModeChanged;
        _faults.ConnectionsDropped += CloseConnections;
        _accepting = AcceptAsync(_socket!);
    }

    public async ValueTask DisposeAsync()
    {
        _faults.ModeChanged -= OnModeChanged;
        _faults.ConnectionsDropped -= CloseConnections;
        await _stop.CancelAsync();
        lock (_gate)
        {
            _socket?.Dispose();
            _socket = null;
        }

        await _accepting;
        await Task.WhenAll(_connections.Values);
        _stop.Dispose();
    }

    private static Socket Bind(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(address);
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync(Socket listening)
    {
        await Task.Yield();
        while (IsListening(listening))
        {
            try
            {
                var socket = await listening.AcceptAsync(_stop.Token);
                socket.NoDelay = true;
                var connection = new Connection(socket, _apis!, _faults, _logger);
                _connections[connection] = RunAsync(connection);
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                if (!IsListening(listening))
                {
                    return;
                }

                // A client that gave up before it was accepted, or too many open files: the next one must be served all the same.
                LogNotAccepted(_logger, closed.Message);
                await Task.Delay(AcceptPause, CancellationToken.None);
            }
        }
    }

    private bool IsListening(Socket socket)
    {
        lock (_gate)
        {
            return !_stop.IsCancellationRequested && _socket == socket;
        }
    }

    private async Task RunAsync(Connection connection)
    {
        // Registered before it can end.
        await Task.Yield();
        await connection.RunAsync(_stop.Token);
        _connections.TryRemove(connection, out _);
    }

    private void OnModeChanged()
    {
        lock (_gate)
        {
            if (_faults.Mode == FaultMode.Refuse)
            {
                _socket?.Dispose();
                _socket = null;
                CloseConnections();
            }
            else if (_socket is null && !_stop.IsCancellationRequested)
            {
                _socket = Bind(EndPoint);
                _accepting = AcceptAsync(_socket);
            }
        }
    }

    private void CloseConnections()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Close();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A connection was not accepted: {Reason}")]
    private static partial void LogNotAccepted(ILogger logger, string reason);
}
