using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Todo.Messaging.Hosting;

/// <summary>
/// SIGTERM turns readiness off and lets requests that are already on their way in be answered (with <c>Connection: close</c>) for
/// <see cref="ServiceOptions.ShutdownDelay"/>, because routing tables of the cluster lag behind; only then does the host stop.
/// A second signal stops it at once.
/// </summary>
internal sealed partial class DrainingLifetime(
    IHostApplicationLifetime lifetime, ServiceState state, ServiceOptions options, TimeProvider time, ILogger<DrainingLifetime> log)
    : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _received;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                _ = DrainAsync(context.Signal.ToString());
            }));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }
    }

    private async Task DrainAsync(string signal)
    {
        if (Interlocked.Increment(ref _received) == 1)
        {
            Draining(log, signal, options.ShutdownDelay);
            state.SetDraining();
            await Task.Delay(options.ShutdownDelay, time, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Signal}: readiness is off; requests are answered for another {Delay}")]
    private static partial void Draining(ILogger logger, string signal, TimeSpan delay);
}
