using System.Runtime.InteropServices;

namespace LocalCluster.Sidecar.Runtime;

/// <summary>SIGTERM, SIGINT or <c>POST /v1.0/shutdown</c>.</summary>
internal sealed class ShutdownRequest : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _signals = [];

    public CancellationToken Token => _stop.Token;

    /// <summary>The process ends by this object's token, not by the signal's default.</summary>
    public ShutdownRequest Listen()
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT })
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Request();
            }));
        }

        return this;
    }

    public void Request() => _stop.Cancel();

    public void Dispose()
    {
        _signals.ForEach(signal => signal.Dispose());
        _stop.Dispose();
    }
}
