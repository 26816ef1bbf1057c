using System.Collections.Concurrent;

namespace LocalCluster.Sidecar.Redis;

/// <summary>
/// A bounded pool of connections, as go-redis has one: a command takes a connection for its duration, a blocking reader for as long
/// as it reads. When all are taken a caller waits for the pool timeout and then fails; that is how too many subscriptions stop publishing.
/// </summary>
internal sealed class RedisPool : IAsyncDisposable
{
    private readonly RedisEndpoint _endpoint;
    private readonly SemaphoreSlim _slots;
    private readonly ConcurrentStack<RespConnection> _idle = new();
    private readonly TimeSpan _wait;
    private readonly int _retries;
    private readonly TimeProvider _time;
    private volatile bool _closed;

    public RedisPool(RedisEndpoint endpoint, int size, int retries, TimeProvider time)
    {
        _endpoint = endpoint;
        _slots = new SemaphoreSlim(size, size);
        _wait = endpoint.ReadTimeout + TimeSpan.FromSeconds(1);
        _retries = retries;
        _time = time;
    }

    /// <summary>Runs one command, again after a broken or missing connection, up to the number of retries.</summary>
    /// <exception cref="RedisConnectionException">No connection, none free, or no answer.</exception>
    /// <exception cref="RedisServerException">The answer is an error.</exception>
    public async Task<RespValue> ExecuteAsync(IReadOnlyList<object> command, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var lease = await RentAsync(cancellation);
                return await lease.Connection.SendAsync(command, default, cancellation);
            }
            catch (RedisConnectionException) when (attempt < _retries && !_closed)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(8 << attempt), _time, cancellation);
            }
        }
    }

    /// <summary>Takes a connection out of the pool until the lease is disposed.</summary>
    /// <exception cref="RedisConnectionException">The pool is exhausted or closed, or Redis does not answer.</exception>
    public async Task<Lease> RentAsync(CancellationToken cancellation)
    {
        if (!await _slots.WaitAsync(_wait, cancellation))
        {
            throw new RedisConnectionException("redis: connection pool timeout");
        }

        try
        {
            ThrowIfClosed();
            while (_idle.TryPop(out var idle))
            {
                if (idle.IsUsable)
                {
                    return new Lease(this, idle);
                }
            }

            return new Lease(this, await RespConnection.ConnectAsync(_endpoint, cancellation));
        }
        catch
        {
            _slots.Release();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        while (_idle.TryPop(out var connection))
        {
            await connection.DisposeAsync();
        }
    }

    private void ThrowIfClosed()
    {
        if (_closed)
        {
            throw new RedisConnectionException("redis: client is closed");
        }
    }

    private async ValueTask ReturnAsync(RespConnection connection)
    {
        if (_closed || !connection.IsUsable)
        {
            await connection.DisposeAsync();
        }
        else
        {
            _idle.Push(connection);
        }

        _slots.Release();
    }

    /// <summary>A rented connection.</summary>
    internal sealed class Lease(RedisPool pool, RespConnection connection) : IAsyncDisposable
    {
        public RespConnection Connection => connection;

        public ValueTask DisposeAsync() => pool.ReturnAsync(connection);
    }
}
