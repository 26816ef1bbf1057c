using System.Globalization;
using Microsoft.Extensions.Logging;
using Todo.Operator.Tests.Simulation.Time;

namespace Todo.Operator.Tests.Simulation.Runs;

/// <summary>What happened in a run, in order. Equal runs have equal traces.</summary>
internal sealed class Trace(VirtualClock clock)
{
    private readonly DateTimeOffset _start = clock.Now;
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    public void Add(string line) => _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{(clock.Now - _start).TotalSeconds,9:0.000} {line}"));
}

/// <summary>Warnings of the operator, in the trace.</summary>
internal sealed class TraceLog(SimulatedProcess process, Trace trace) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && process.IsAlive)
        {
            trace.Add($"{process.Name} says: {formatter(state, exception)}");
        }
    }
}
