using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Todo.CrashingService;

/// <summary>When the process ends.</summary>
internal enum CrashMoment
{
    /// <summary>The effect is written, its transaction is open.</summary>
    BeforeCommit,

    /// <summary>The transaction is committed, and the broker or sidecar has not heard of it.</summary>
    AfterCommit,
}

/// <summary>Ends the process as a power cut would: no handler, no buffer and no farewell to a broker is left.</summary>
internal sealed class Crash : IDisposable
{
    private readonly MeterListener? _listener;

    public Crash(CrashMoment moment)
    {
        Moment = moment;
        if (moment == CrashMoment.AfterCommit)
        {
            // Every arrival is counted on the thread that dispatched it, after its transaction and before its acknowledgement.
            _listener = new MeterListener
            {
                InstrumentPublished = (instrument, listener) =>
                {
                    if (instrument.Name == "todo.events.consumed")
                    {
                        listener.EnableMeasurementEvents(instrument);
                    }
                },
            };
            _listener.SetMeasurementEventCallback<long>((_, _, _, _) => Now());
            _listener.Start();
        }
    }

    public CrashMoment Moment { get; }

    /// <summary>SIGKILL to oneself: it does not return.</summary>
    public static void Now()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }

    public void Dispose() => _listener?.Dispose();
}
