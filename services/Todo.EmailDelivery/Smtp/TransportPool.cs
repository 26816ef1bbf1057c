using System.Collections.Concurrent;

namespace Todo.EmailDelivery.Smtp;

/// <summary>Connections that are waiting for the next mail. One that has waited long is closed: servers hang up on idle clients.</summary>
internal sealed class TransportPool(Func<IMailTransport> create, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(20);

    private readonly ConcurrentStack<Idle> _idle = new();

    public IMailTransport Rent()
    {
        while (_idle.TryPop(out var idle))
        {
            if (time.GetElapsedTime(idle.Since) < LongestIdle)
            {
                return idle.Transport;
            }

            idle.Transport.Dispose();
        }

        return create();
    }

    /// <summary>Gives one back after a success; after a failure it is disposed of instead.</summary>
    public void Return(IMailTransport transport) => _idle.Push(new Idle(transport, time.GetTimestamp()));

    public void Dispose()
    {
        while (_idle.TryPop(out var idle))
        {
            idle.Transport.Dispose();
        }
    }

    private readonly record struct Idle(IMailTransport Transport, long Since);
}
